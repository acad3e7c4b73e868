import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readHot } from '#src/gateway/hot-reads.js';
import type { BlobHandle } from '#src/store/port.js';

const BYTES = Buffer.from('the bytes of a blob');

/** A blob whose synchronous reads are slow from the given read on, by its own clock. */
function blob(slowFrom = Number.POSITIVE_INFINITY) {
  const calls: string[] = [];
  let time = 0;
  const copy = (buffer: Buffer, position: number) => BYTES.copy(buffer, 0, position);
  const handle: BlobHandle = {
    size: BYTES.length,
    identity: 'a',
    read: async (buffer, position) => {
      calls.push('elsewhere');
      return copy(buffer, position);
    },
    readCached: (buffer, position) => {
      calls.push('here');
      time += calls.length >= slowFrom ? 5 : 1;
      return copy(buffer, position);
    },
    close: async () => undefined,
  };
  return { handle, calls, clock: () => time };
}

describe('readHot', () => {
  it('reads in this thread', async () => {
    const { handle, calls, clock } = blob();
    const source = readHot(handle, () => assert.fail('nothing was slow'), clock);
    const buffer = Buffer.alloc(5);
    assert.equal(await source.read(buffer, 4), 5);
    assert.equal(buffer.toString(), 'bytes');
    assert.equal(await source.read(buffer, BYTES.length), 0);
    assert.deepEqual(calls, ['here', 'here']);
  });

  it('lets everybody else have a turn now and then', async () => {
    const { handle, clock } = blob();
    const source = readHot(handle, () => assert.fail('nothing was slow'), clock);
    let turns = 0;
    let reading = true;
    const count = () => {
      turns += 1;
      if (reading) setImmediate(count);
    };
    setImmediate(count);
    for (let reads = 0; reads < 40; reads += 1) await source.read(Buffer.alloc(1), 0);
    reading = false;
    assert.ok(turns >= 9, `${turns} turns`);
  });

  it('goes elsewhere after the first read that had to wait for the disk, and says so once', async () => {
    const { handle, calls, clock } = blob(2);
    let told = 0;
    const tell = () => {
      told += 1;
    };
    const source = readHot(handle, tell, clock);
    for (let reads = 0; reads < 4; reads += 1) assert.equal(await source.read(Buffer.alloc(3), 1), 3);
    assert.deepEqual(calls, ['here', 'here', 'elsewhere', 'elsewhere']);
    assert.equal(told, 1);
  });
});
