import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { importsOf, type Source, violations, withoutComments } from './architecture-rules.js';

// From build/test/unit.
const SRC = fileURLToPath(new URL('../../../src', import.meta.url));

function sources(): Source[] {
  return readdirSync(SRC, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(SRC, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }));
}

describe('the house', () => {
  it('keeps its three rules (docs/adr/0001-layers.md)', () => {
    const all = sources();
    assert.ok(all.length > 20, 'the sources were found');
    assert.deepEqual(violations(all), []);
  });

  it('has small files, or says in the header why one is not', () => {
    const long = sources().filter(
      ({ text }) => text.split('\n').length > 300 && !/^\/\*\*?[\s\S]{0,400}?long/i.test(text),
    );
    assert.deepEqual(
      long.map(({ path }) => path),
      [],
    );
  });
});

describe('the check of the rules', () => {
  const one = (path: string, text: string) => violations([{ path, text }]);

  it('lets arrows point down, and stay in a room', () => {
    assert.deepEqual(one('main.ts', "import { a } from './cli/a.js';"), []);
    assert.deepEqual(
      one('cli/a.ts', "import { b } from '../gateway/b.js';\nimport { c } from './c.js';"),
      [],
    );
    assert.deepEqual(one('gateway/a.ts', "import { b } from '../store/fs/b.js';"), []);
    assert.deepEqual(
      one('store/fs/a.ts', "import { b } from '../../host/b.js';\nimport { p } from '../port.js';"),
      [],
    );
    assert.deepEqual(one('oci/a.ts', "import { E } from '../errors.js';"), []);
  });

  it('finds arrows that point up or sideways, however they are written', () => {
    for (const text of [
      "import { b } from '../upstream/b.js';",
      "import type { B } from '../upstream/b.js';",
      "import b, {\n  c,\n} from '../upstream/b.js';",
      "import * as b from '../upstream/b.js';",
      "import '../upstream/b.js';",
      "export * from '../upstream/b.js';",
      'export { b } from "../upstream/b.js";',
      "const b = await import('../upstream/b.js');",
      "type B = import('../upstream/b.js').B;",
      "import { b } /* why */ from '../upstream/b.js'; // because",
    ]) {
      assert.equal(one('store/a.ts', text).length, 1, text);
      assert.match(one('store/a.ts', text)[0] ?? '', /sideways/);
    }
    assert.match(one('host/a.ts', "import { b } from '../settings/b.js';")[0] ?? '', /upwards/);
    assert.match(one('cli/a.ts', "import { b } from '../main.js';")[0] ?? '', /upwards/);
    assert.match(one('render/a.ts', "import { b } from '../gateway/b.js';")[0] ?? '', /sideways/);
    assert.match(one('oci/a.ts', "import { b } from '../kconfig/b.js';")[0] ?? '', /sideways/);
    assert.match(one('errors.ts', "import { b } from './oci/b.js';")[0] ?? '', /upwards/);
  });

  it("lets neighbours know the shape of the engine's settings, and nothing that is loaded", () => {
    assert.deepEqual(one('upstream/a.ts', "import type { C } from '../settings/engine-config.js';"), []);
    assert.deepEqual(
      one('upstream/a.ts', "import { type C, type D } from '../settings/engine-config.js';"),
      [],
    );
    assert.equal(one('upstream/a.ts', "import { C } from '../settings/engine-config.js';").length, 1);
    assert.equal(one('upstream/a.ts', "import { type C, D } from '../settings/engine-config.js';").length, 1);
    assert.equal(one('host/a.ts', "import type { C } from '../settings/engine-config.js';").length, 1);
  });

  it('keeps pure rooms pure', () => {
    for (const text of [
      "import { readFile } from 'node:fs/promises';",
      "import type { Hash } from 'node:crypto';",
      "import { z } from 'zod';",
      'const now = Date.now();',
      "const home = process.env['HOME'];",
      'const x = new Date();',
      'setTimeout(f, 1);',
    ]) {
      assert.equal(one('oci/a.ts', text).length, 1, text);
      assert.deepEqual(one('host/a.ts', text), []);
    }
    assert.deepEqual(one('oci/a.ts', '// process.env is not used here\nconst at = new Date(0);'), []);
  });

  it('wants one importer for each prescribed package', () => {
    const file = (path: string, from: string): Source => ({ path, text: `import x from '${from}';` });
    assert.deepEqual(violations([file('host/a.ts', 'execa')]), []);
    assert.equal(violations([file('host/a.ts', 'execa'), file('cli/b.ts', 'execa')]).length, 1);
    assert.equal(violations([file('cli/a.ts', 'yargs'), file('cli/b.ts', 'yargs/helpers')]).length, 1);
    assert.deepEqual(violations([file('cli/a.ts', 'yargs'), file('cli/b.ts', 'yargs-like')]), []);
  });

  it('knows every room', () => {
    assert.match(one('lib/a.ts', '')[0] ?? '', /no room/);
    assert.match(one('cli/a.ts', "import { b } from '../util.js';")[0] ?? '', /no room/);
    assert.match(one('cli/a.ts', "import { b } from '../../test/b.js';")[0] ?? '', /outside/);
  });

  it('reads no comments and keeps strings', () => {
    assert.deepEqual(importsOf("// import { a } from 'a';\n/* import 'b'; */\n * import c"), []);
    assert.equal(withoutComments("const a = 'http://x'; // y").trimEnd(), "const a = 'http://x';");
  });
});
