#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** The name of the built program without its extension. Its content is in the name, so that a cache never meets another program. */
declare const PROGRAM: string;

type Wrapped = (
  exports: object,
  require: NodeJS.Require,
  module: object,
  filename: string,
  dirname: string,
) => void;

/*
 * Starts the program from one file, which scripts/bundle.mjs has built with all that its compiler made of it: reading a hundred modules,
 * and compiling them again and again, took longer than most commands. Where another Node.js is in use, V8 refuses the cache and compiles.
 */
const folder = dirname(fileURLToPath(import.meta.url));
const filename = join(folder, `${PROGRAM}.cjs`);
const cachedData = read(join(folder, `${PROGRAM}.cache`));
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  ...(cachedData === undefined ? {} : { cachedData }),
});
const program = { exports: {} };
const run = script.runInThisContext() as Wrapped;
run(program.exports, createRequire(filename), program, filename, folder);

/** What cannot be read is done without: it saves time, and nothing else. */
function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
