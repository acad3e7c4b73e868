import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LockFileError, productionPackages } from '#src/render/production-packages.js';
import { ROOT } from '../../parts/root-kconfig.js';

function lock(packages: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } });
}

describe('productionPackages', () => {
  it('are those that are not only for development', () => {
    const text = lock({
      'node_modules/a': {},
      'node_modules/a/node_modules/b': { optional: true },
      'node_modules/c': { dev: true },
      'node_modules/@types/node': {},
      'node_modules/d': { link: true },
      'node_modules/e': { devOptional: true },
    });
    assert.deepEqual(productionPackages(text), [
      { folder: 'node_modules/a', isOptional: false },
      { folder: 'node_modules/a/node_modules/b', isOptional: true },
      { folder: 'node_modules/e', isOptional: false },
    ]);
  });

  it('of this program are what package.json asks for, and are there', () => {
    const folders = productionPackages(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).filter(
      ({ isOptional }) => !isOptional,
    );
    const names = folders.map(({ folder }) => folder);
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const name of Object.keys(dependencies)) assert.ok(names.includes(`node_modules/${name}`), name);
    assert.ok(!names.includes('node_modules/typescript'));
    for (const name of names) assert.ok(existsSync(join(ROOT, name, 'package.json')), name);
  });

  it('refuses a lock file that leads elsewhere or is of another kind', () => {
    for (const text of [
      '',
      '{}',
      '{"lockfileVersion":1,"packages":{}}',
      lock({ '../../etc': {} }),
      lock({ 'node_modules/../../x': {} }),
      lock({ '/etc': {} }),
    ]) {
      assert.throws(() => productionPackages(text), LockFileError, text);
    }
  });
});
