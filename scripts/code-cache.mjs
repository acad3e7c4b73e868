// Runs a built program as its launcher does, and writes what V8 has compiled by then: code-cache.mjs PROGRAM CACHE
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

const [filename, cache] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'docker-mirror-cache-'));
const script = new Script(readFileSync(filename, 'latin1'), { filename });
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(cache, script.createCachedData());
  // Settings that are wrong at the moment fail the command; the cache is made all the same.
  process.exitCode = 0;
});
// A command that needs what most commands do: the parser, the menu's files and the settings.
process.argv.splice(1, Infinity, filename, 'images', 'list', '--path', folder);
const program = { exports: {} };
script.runInThisContext()(program.exports, createRequire(filename), program, filename, dirname(filename));
