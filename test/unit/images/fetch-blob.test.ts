import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { stopsOf } from '#src/images/fetch-blob.js';

describe('the bytes that are asked for of a blob', () => {
  it('end with its last one, and none is so far from the one before that the mirror would fetch it by itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000_000_000 }), (size) => {
        const stops = stopsOf(size);
        assert.equal(stops.at(-1), size - 1);
        for (const [i, stop] of stops.entries()) {
          const step = stop - (stops[i - 1] ?? -1);
          assert.ok(step > 0 && step <= 4 * 1024 * 1024, `a step of ${step}`);
        }
      }),
      { examples: [[1], [2], [4 * 1024 * 1024], [4 * 1024 * 1024 + 1]], numRuns: 50 },
    );
  });

  it('are few', () => {
    assert.ok(stopsOf(100_000_000).length <= 65);
    assert.ok(stopsOf(1_000_000).length <= 3);
  });
});
