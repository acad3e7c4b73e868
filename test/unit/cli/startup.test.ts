import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../parts/root-kconfig.js';
import { importsOf } from '../architecture-rules.js';

/** Everything that is loaded with a file of src/: files, and packages. Not what it loads when it is needed. */
function loadedWith(path: string, seen = new Set<string>()): Set<string> {
  seen.add(path);
  const text = readFileSync(join(ROOT, 'src', path), 'utf8').replace(/\bimport\(/g, 'later(');
  for (const { from, typeOnly } of importsOf(text)) {
    if (typeOnly) continue;
    if (!from.startsWith('.')) seen.add(from);
    else {
      const target = posix.join(posix.dirname(path), from).replace(/\.js$/, '.ts');
      if (!seen.has(target)) loadedWith(target, seen);
    }
  }
  return seen;
}

describe('a command that only looks', () => {
  it('loads neither the Kconfig language, nor the settings, nor what reads and renders configurations', () => {
    for (const file of ['status', 'stop', 'logs', 'clean', 'location', 'settings', 'context', 'commands']) {
      const loaded = loadedWith(`cli/${file}.ts`);
      assert.ok(loaded.has(`cli/${file}.ts`) && loaded.size > 3, file);
      const heavy = [...loaded].filter(
        (name) =>
          /^(zod|yaml|handlebars|undici|dockerode|pino)/.test(name) ||
          /^(kconfig|gateway|store|upstream)\//.test(name) ||
          name.startsWith('settings/topics/'),
      );
      assert.deepEqual(heavy, [], file);
    }
  });

  it('is told apart from one that does', () => {
    assert.ok(loadedWith('settings/load-settings.ts').has('zod'));
  });
});
