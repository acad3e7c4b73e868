import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { openAttachedMemory } from '#src/images/attached-memory.js';
import { tempFolder } from '../../parts/temp.js';

const DAY_MS = 86_400_000;
const NOW = 20_000 * DAY_MS + 5;

describe('the memory of what is attached to images', () => {
  it('outlives the update, and is written only when there is something new', async () => {
    await using folder = await tempFolder('dm-memory');
    const file = folder.file('attached.json');
    const first = await openAttachedMemory(file, NOW);
    assert.equal(first.has('a'), false);
    first.add('a');
    assert.equal(first.has('a'), true);
    await first.save();
    const { mtimeMs } = await stat(file);
    const second = await openAttachedMemory(file, NOW + 1000);
    assert.deepEqual([second.has('a'), second.has('b')], [true, false]);
    await second.save();
    assert.equal((await stat(file)).mtimeMs, mtimeMs);
  });

  it('forgets what no update asked for in a month', async () => {
    await using folder = await tempFolder('dm-memory');
    const file = folder.file('attached.json');
    const first = await openAttachedMemory(file, NOW);
    first.add('used');
    first.add('unused');
    await first.save();
    const second = await openAttachedMemory(file, NOW + 20 * DAY_MS);
    second.has('used');
    await second.save();
    const third = await openAttachedMemory(file, NOW + 40 * DAY_MS);
    await third.save();
    assert.deepEqual(Object.keys((JSON.parse(await readFile(file, 'utf8')) as { images: object }).images), [
      'used',
    ]);
  });

  it('is empty where the file holds something else, or days that have not come', async () => {
    await using folder = await tempFolder('dm-memory');
    const file = folder.file('attached.json');
    for (const text of [
      '',
      'null',
      '[]',
      '{"version":2,"images":{"a":20000}}',
      '{"version":1,"images":{"a":"20000"}}',
      '{"version":1,"images":{"a":20002}}',
      '{"version":1,"images":null}',
    ]) {
      await writeFile(file, text);
      assert.equal((await openAttachedMemory(file, NOW)).has('a'), false, text);
    }
  });
});
