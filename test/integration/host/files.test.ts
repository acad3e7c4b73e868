import assert from 'node:assert/strict';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ensureFolder, FileError, readTextIfThere, writeFileAtomic } from '#src/host/files.js';
import { inFolder } from './folder.js';

describe('writeFileAtomic', () => {
  it('writes, replaces, and leaves an equal file alone', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a');
      assert.equal(await writeFileAtomic(path, 'one', { mode: 0o640 }), true);
      assert.equal((await stat(path)).mode & 0o777, 0o640);
      const { ino } = await stat(path);
      assert.equal(await writeFileAtomic(path, 'one'), false);
      assert.equal((await stat(path)).ino, ino);
      assert.equal(await writeFileAtomic(path, 'two'), true);
      assert.equal(await readFile(path, 'utf8'), 'two');
    }));

  it('keeps the mode of the file it replaces', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a');
      await writeFile(path, 'one');
      await chmod(path, 0o600);
      await writeFileAtomic(path, 'two', { mode: 0o644 });
      assert.equal((await stat(path)).mode & 0o777, 0o600);
    }));

  it('lets one of many creators win, and leaves no temporary file', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a');
      const texts = Array.from({ length: 10 }, (_, n) => `${n}`);
      const wrote = await Promise.all(texts.map((text) => writeFileAtomic(path, text, { createOnly: true })));
      assert.equal(wrote.filter(Boolean).length, 1);
      assert.equal(await readFile(path, 'utf8'), texts[wrote.indexOf(true)]);
      assert.deepEqual(await readdir(folder), ['a']);
    }));

  it('says what it could not do, and what may help', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      await assert.rejects(writeFileAtomic(join(folder, 'file', 'a'), ''), (error) => {
        assert.ok(error instanceof FileError);
        assert.match(error.message, /cannot write .*file\/a: ENOTDIR/);
        assert.match(error.hint ?? '', /a file where a folder is needed/);
        return true;
      });
      await assert.rejects(ensureFolder(join(folder, 'file')), FileError);
      assert.equal(await readTextIfThere(join(folder, 'nothing')), undefined);
    }));
});
