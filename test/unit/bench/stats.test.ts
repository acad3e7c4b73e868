import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { median, summarise } from '../../bench/stats.js';

describe('median', () => {
  it('is the middle value, whatever the order', () => {
    assert.equal(median([9, 1, 5]), 5);
  });

  it('is the mean of the two middle values of an even number', () => {
    assert.equal(median([4, 1, 3, 100]), 3.5);
  });

  it('has as many samples below it as above it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (samples) => {
        const middle = median(samples);
        const below = samples.filter((each) => each < middle).length;
        const above = samples.filter((each) => each > middle).length;
        return below <= samples.length / 2 && above <= samples.length / 2;
      }),
    );
  });
});

describe('summarise', () => {
  it('gives lowest, middle and highest', () => {
    assert.deepEqual(summarise([3, 1, 2]), { min: 1, median: 2, max: 3 });
  });

  it('refuses to summarise nothing', () => {
    assert.throws(() => summarise([]), RangeError);
  });
});
