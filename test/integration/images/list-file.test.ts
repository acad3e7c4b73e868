import assert from 'node:assert/strict';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withFileLock } from '#src/host/file-lock.js';
import { type AddedImages, addToList } from '#src/images/add-images.js';
import { editListFile, syncListFile } from '#src/images/list-file.js';
import { parseImageList } from '#src/oci/image-list.js';
import { inFolder } from '../host/folder.js';

async function addToListFile(path: string, images: readonly string[]): Promise<AddedImages> {
  const { result } = await editListFile(path, (text) => {
    const added = addToList(text, images);
    return { text: added.text, result: added };
  });
  return result;
}

describe('a list that is brought up to date with the settings', () => {
  it('is written once, and not touched when nothing has changed', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'manifest.txt');
      const first = await syncListFile(file, ['redis:7']);
      assert.equal(await readFile(file, 'utf8'), first.text);
      const { mtimeMs, ino } = await stat(file);
      assert.deepEqual(await syncListFile(file, ['redis:7']), first);
      assert.deepEqual([(await stat(file)).mtimeMs, (await stat(file)).ino], [mtimeMs, ino]);
      assert.deepEqual(await readdir(folder), ['manifest.txt']);
    }));

  it('has what everybody adds meanwhile', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'manifest.txt');
      const images = Array.from({ length: 5 }, (_, i) => `example/image-${i}:1`);
      await Promise.all(
        images.flatMap((image, i) => [addToListFile(file, [image]), syncListFile(file, [`made:${i % 2}`])]),
      );
      const { text } = await syncListFile(file, ['made:last']);
      assert.equal(await readFile(file, 'utf8'), text);
      const names = parseImageList(text).images.map(({ written }) => written);
      assert.deepEqual(names.sort(), [...images, 'made:last']);
    }));

  it('is given as it should be when somebody holds it for too long', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'manifest.txt');
      await writeFile(file, 'mine:1\n');
      await withFileLock(file, async () => {
        const { text, unwritten } = await syncListFile(file, ['redis:7']);
        assert.match(unwritten?.message ?? '', /another process has held/);
        assert.match(text, /^mine:1\n# >>> .*\nredis:7\n/);
        assert.equal(await readFile(file, 'utf8'), 'mine:1\n');
      });
    }));
});

describe('the file of a list of images', () => {
  it('is made with its folder when it is not there', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'images', 'manifest.txt');
      assert.deepEqual((await addToListFile(file, ['nginx'])).added, ['nginx']);
      assert.equal(await readFile(file, 'utf8'), 'nginx\n');
      assert.deepEqual(await readdir(join(folder, 'images')), ['manifest.txt']);
    }));

  it('keeps its mode, and its time when nothing is new', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'manifest.txt');
      await writeFile(file, '# mine\nnginx\n');
      await chmod(file, 0o640);
      await addToListFile(file, ['redis']);
      const { mode, mtimeMs } = await stat(file);
      assert.equal(mode & 0o777, 0o640);
      await addToListFile(file, ['nginx:latest', 'redis']);
      assert.equal((await stat(file)).mtimeMs, mtimeMs);
      assert.equal(await readFile(file, 'utf8'), '# mine\nnginx\nredis\n');
    }));

  it('loses nothing when several add at the same time', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'manifest.txt');
      const images = Array.from({ length: 8 }, (_, i) => `example/image-${i}:1`);
      await Promise.all(images.map((image) => addToListFile(file, [image, 'nginx'])));
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n').sort();
      assert.deepEqual(lines, [...images, 'nginx'].sort());
    }));
});
