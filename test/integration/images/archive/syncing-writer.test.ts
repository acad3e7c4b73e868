import assert from 'node:assert/strict';
import { open, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { syncingWriter } from '#src/images/archive/syncing-writer.js';
import { randomBytesOf } from '../../../parts/layers.js';
import { tempFolder } from '../../../parts/temp.js';

describe('a writer that syncs on the way', () => {
  it('writes what it is given, whatever part of it was synced', async () => {
    await using folder = await tempFolder('dm-writer');
    const path = folder.file('out');
    const file = await open(path, 'wx');
    const chunks = Array.from({ length: 50 }, (_, i) => randomBytesOf(`${i}`, i * 37));
    try {
      const writer = syncingWriter(file, 1000);
      for (const chunk of chunks) await writer.write(chunk);
      await writer.finish();
    } finally {
      await file.close();
    }
    assert.ok((await readFile(path)).equals(Buffer.concat(chunks)));
  });

  it('tells of a sync that failed, at the next one at the latest', async () => {
    // What is written to it goes through, and cannot be synced.
    const file = await open('/dev/null', 'w');
    try {
      const writer = syncingWriter(file, 10);
      await writer.write(Buffer.alloc(20));
      await assert.rejects(writer.write(Buffer.alloc(20)), { code: 'EINVAL' });
      await assert.rejects(writer.finish(), { code: 'EINVAL' });
    } finally {
      await file.close();
    }
  });
});
