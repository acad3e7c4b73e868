import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { blobsFolder } from '#src/store/layout.js';
import { measureStore } from '#src/upkeep/store-size.js';
import { tempFolder } from '../../parts/temp.js';

describe('the size of a store', () => {
  it('is nothing before there are blobs', async () => {
    await using folder = await tempFolder('dm-size');
    assert.deepEqual(await measureStore(folder.path, 1_000), { bytes: 0, blobs: 0, exact: true });
  });

  it('is that of its blobs, or about that when the time is up', async () => {
    await using folder = await tempFolder('dm-size');
    for (let prefix = 0; prefix < 32; prefix += 1) {
      for (let blob = 0; blob < 3; blob += 1) {
        const hex = prefix.toString(16).padStart(2, '0');
        const path = join(folder.path, blobsFolder('sha256'), hex, `${hex}${String(blob).padStart(62, '0')}`);
        await mkdir(path, { recursive: true });
        await writeFile(join(path, 'data'), Buffer.alloc(100));
      }
    }
    // A blob that is just coming, or going, has a folder without content.
    await mkdir(join(folder.path, blobsFolder('sha256'), '00', 'f'.repeat(64)));
    assert.deepEqual(await measureStore(folder.path, 60_000), { bytes: 9_600, blobs: 96, exact: true });
    const partly = await measureStore(folder.path, 0.001);
    assert.equal(partly.exact, false);
    assert.ok([0, 96].includes(partly.blobs), `${partly.blobs}`);
  });
});
