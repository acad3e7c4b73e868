import assert from 'node:assert/strict';
import { chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { asOwner } from '#src/host/act-as-owner.js';
import { lacking } from '../../parts/needs.js';
import { tempFolder } from '../../parts/temp.js';

const NOBODY = 65_534;

describe('asOwner', { skip: lacking({ root: true }) }, () => {
  it('writes as the owner of the nearest folder that is there, and is root again', async () => {
    await using folder = await tempFolder('dm-owner');
    const theirs = folder.file('theirs');
    const secret = folder.file('secret');
    await writeFile(secret, 'of root', { mode: 0o600 });
    await mkdir(theirs);
    await chown(folder.path, NOBODY, NOBODY);
    await chown(theirs, NOBODY, NOBODY);
    const below = `${theirs}/one/two`;
    await asOwner(below, async () => {
      await mkdir(below, { recursive: true });
      await writeFile(`${below}/file`, '');
      await assert.rejects(readFile(secret), { code: 'EACCES' });
    });
    for (const path of [below, `${below}/file`]) {
      const { uid, gid } = await stat(path);
      assert.deepEqual([uid, gid], [NOBODY, NOBODY], path);
    }
    assert.equal(await readFile(secret, 'utf8'), 'of root');
    assert.equal(process.geteuid?.(), 0);
  });

  it('is root again when the work fails', async () => {
    await using folder = await tempFolder('dm-owner');
    await chown(folder.path, NOBODY, NOBODY);
    const groups = process.getgroups?.();
    await assert.rejects(
      asOwner(folder.path, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.deepEqual([process.geteuid?.(), process.getegid?.()], [0, 0]);
    assert.deepEqual(process.getgroups?.(), groups);
  });

  it('stays root in a folder of root', async () => {
    await using folder = await tempFolder('dm-owner');
    await asOwner(folder.path, async () => assert.equal(process.geteuid?.(), 0));
  });
});
