import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HotBlobs } from '#src/gateway/hot-blobs.js';
import { parseDigest } from '#src/oci/digest.js';

const digestOf = (number: number) => parseDigest(`sha256:${String(number).padStart(64, '0')}`);
const [ONE, TWO, THREE] = [digestOf(1), digestOf(2), digestOf(3)];

describe('HotBlobs', () => {
  it('knows a blob for half a minute after it was read, as long as its file is the same', () => {
    let now = 1000;
    const hot = new HotBlobs(1000, () => now);
    assert.equal(hot.has(ONE, 'a'), false);
    hot.note(ONE, 'a', 10);
    assert.equal(hot.has(ONE, 'a'), true);
    assert.equal(hot.has(ONE, 'b'), false);
    now += 29_999;
    assert.equal(hot.has(ONE, 'a'), true);
    hot.note(ONE, 'a', 10);
    now += 30_000;
    assert.equal(hot.has(ONE, 'a'), false);
  });

  it('counts on no more memory than it may, and lets the oldest go first', () => {
    const hot = new HotBlobs(100, () => 0);
    hot.note(ONE, 'a', 60);
    hot.note(TWO, 'a', 40);
    assert.deepEqual([hot.has(ONE, 'a'), hot.has(TWO, 'a')], [true, true]);
    hot.note(ONE, 'a', 60);
    hot.note(THREE, 'a', 1);
    assert.deepEqual([hot.has(ONE, 'a'), hot.has(TWO, 'a'), hot.has(THREE, 'a')], [true, false, true]);
    hot.note(TWO, 'a', 101);
    assert.deepEqual([hot.has(ONE, 'a'), hot.has(TWO, 'a'), hot.has(THREE, 'a')], [false, false, false]);
  });

  it('forgets', () => {
    const hot = new HotBlobs(100, () => 0);
    hot.note(ONE, 'a', 60);
    hot.forget(ONE);
    hot.forget(TWO);
    assert.equal(hot.has(ONE, 'a'), false);
    hot.note(TWO, 'a', 100);
    assert.equal(hot.has(TWO, 'a'), true);
  });
});
