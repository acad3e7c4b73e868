// Makes of dist, which tsc has written, the program that is installed: dist/bundle/main.cjs starts program-HASH.cjs, everything in one
// file, with program-HASH.cache, what V8 has compiled of it. A start takes half the time this way.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'dist', 'bundle');

/** Loaded from node_modules when they are needed: large, seldom used, or looking for files beside their own. */
const OUTSIDE = ['bcryptjs', 'dockerode', 'pino-pretty'];

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  external: OUTSIDE,
  write: false,
  logLevel: 'warning',
  legalComments: 'none',
};

const COMMONJS = {
  ...COMMON,
  format: 'cjs',
  define: { 'import.meta.url': 'PROGRAM_URL' },
  // V8 forgets in its cache by whom import() is answered.
  supported: { 'dynamic-import': false },
};
const PROGRAM_URL = "const PROGRAM_URL = require('node:url').pathToFileURL(__filename).href;";

mkdirSync(FOLDER, { recursive: true });
const program = (
  await bundled('main', {
    ...COMMONJS,
    banner: { js: `(function (exports, require, module, __filename, __dirname) { ${PROGRAM_URL}` },
    footer: { js: '})' },
  })
).replace(/^#!.*/, '');
const name = `program-${createHash('sha256').update(program).digest('hex').slice(0, 12)}`;
const launcher = await bundled('launch', {
  ...COMMONJS,
  banner: { js: PROGRAM_URL },
  define: { ...COMMONJS.define, PROGRAM: JSON.stringify(name) },
});
write(`${name}.cjs`, program);
write('bcrypt-worker.js', await bundled('gateway/bcrypt-worker', { ...COMMON, format: 'esm' }));
const cached = spawnSync(process.execPath, [
  join(ROOT, 'scripts', 'code-cache.mjs'),
  join(FOLDER, `${name}.cjs`),
  join(FOLDER, `${name}.cache`),
]);
if (cached.status !== 0)
  process.stderr.write(`warning: starts will be slow, as V8's cache was not made: ${cached.stderr}\n`);
// Last, as it names the others.
write('main.cjs', launcher, 0o755);
for (const old of readdirSync(FOLDER)) {
  if (!['main.cjs', 'bcrypt-worker.js', `${name}.cjs`, `${name}.cache`].includes(old))
    rmSync(join(FOLDER, old));
}

async function bundled(entry, options) {
  const { outputFiles } = await build({ ...options, entryPoints: [join(ROOT, 'dist', `${entry}.js`)] });
  // The launcher reads Latin-1, which takes half the time and memory of UTF-8; both mean the same by ASCII.
  return outputFiles[0].text.replace(/[^\0-\x7f]/g, escaped);
}

/** As it stands in strings and regular expressions; in comments anything may. */
function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Whole or not at all, should the power go: a program that is cut short would be started. */
function write(file, text, mode = 0o644) {
  const whole = join(FOLDER, file);
  const part = `${whole}.part`;
  const descriptor = openSync(part, 'w', mode);
  writeFileSync(descriptor, text);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(part, whole);
}
