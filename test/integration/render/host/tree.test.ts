import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isWholeTree, placeTree, removeTree } from '#src/render/host/tree.js';
import type { TreeFile } from '#src/render/host/wanted.js';
import { inFolder } from '../../host/folder.js';

async function filesIn(folder: string): Promise<TreeFile[]> {
  const source = join(folder, 'source');
  await writeFile(source, 'a program', { mode: 0o600 });
  return [
    { path: 'bin/program', mode: 0o755, content: { copyOf: source } },
    { path: 'deep/er/text', mode: 0o644, content: { text: 'text' } },
  ];
}

describe('a tree', () => {
  it('is placed whole, with its modes, whatever the umask', () =>
    inFolder(async (folder) => {
      const files = await filesIn(folder);
      const path = join(folder, 'lib', 'tree');
      const umask = process.umask(0o077);
      try {
        await placeTree(path, files);
      } finally {
        process.umask(umask);
      }
      assert.equal(await isWholeTree({ path, files }), true);
      assert.equal(await readFile(join(path, 'bin/program'), 'utf8'), 'a program');
      const modes = await Promise.all(
        ['', 'bin', 'deep/er', 'bin/program', 'deep/er/text'].map(
          async (name) => (await stat(join(path, name))).mode & 0o777,
        ),
      );
      assert.deepEqual(modes, [0o755, 0o755, 0o755, 0o755, 0o644]);
      assert.deepEqual(await readdir(join(folder, 'lib')), ['tree']);
    }));

  it('is noticed when something of it is gone or cut short, and placed anew', () =>
    inFolder(async (folder) => {
      const files = await filesIn(folder);
      const path = join(folder, 'tree');
      await placeTree(path, files);
      await writeFile(join(path, 'deep/er/text'), '');
      assert.equal(await isWholeTree({ path, files }), false);
      await rm(join(path, 'bin'), { recursive: true });
      assert.equal(await isWholeTree({ path, files }), false);
      await placeTree(path, files);
      assert.equal(await isWholeTree({ path, files }), true);
      assert.deepEqual((await readdir(folder)).toSorted(), ['source', 'tree']);
    }));

  it('takes no notice of what a placing left that was cut short, and is removed with it', () =>
    inFolder(async (folder) => {
      const files = await filesIn(folder);
      const path = join(folder, 'tree');
      await mkdir(`${path}.new/bin`, { recursive: true });
      await writeFile(`${path}.new/stray`, 'half');
      await placeTree(path, files);
      assert.deepEqual((await readdir(path)).toSorted(), ['bin', 'deep']);
      await mkdir(`${path}.new`);
      await mkdir(`${path}.old`);
      await removeTree(path);
      assert.deepEqual(await readdir(folder), ['source']);
    }));

  it('is removed without following links', () =>
    inFolder(async (folder) => {
      const files = await filesIn(folder);
      await placeTree(join(folder, 'tree'), files);
      await mkdir(join(folder, 'precious'));
      await writeFile(join(folder, 'precious', 'file'), 'precious');
      await symlink(join(folder, 'precious'), join(folder, 'tree', 'link'));
      await removeTree(join(folder, 'tree'));
      assert.deepEqual(await readdir(join(folder, 'precious')), ['file']);
    }));
});
