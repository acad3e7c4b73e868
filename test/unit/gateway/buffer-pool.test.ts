import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BufferPool, READ_SIZE } from '#src/gateway/buffer-pool.js';

describe('the pool of buffers', () => {
  it('never gives a buffer to two, and uses again what came back', () => {
    const pool = new BufferPool();
    const taken = Array.from({ length: 5 }, () => pool.take());
    assert.equal(new Set(taken.map(({ buffer }) => buffer)).size, 5);
    assert.ok(taken.every(({ length }) => length === READ_SIZE));
    for (const buffer of taken) pool.give(buffer);
    const again = Array.from({ length: 5 }, () => pool.take());
    assert.deepEqual(new Set(again), new Set(taken));
    assert.equal(taken.includes(pool.take()), false);
  });

  it('keeps no more than 32 free ones', () => {
    const pool = new BufferPool();
    const given = Array.from({ length: 40 }, () => pool.take());
    for (const buffer of given) pool.give(buffer);
    const again = Array.from({ length: 40 }, () => pool.take());
    assert.equal(again.filter((buffer) => given.includes(buffer)).length, 32);
  });
});
