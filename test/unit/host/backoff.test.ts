import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextDelay } from '#src/host/backoff.js';

const OPTIONS = { first: 1_000, most: 30_000, healthyAfter: 60_000 };

describe('nextDelay', () => {
  it('doubles from 1 s up to 30 s while the program keeps dying at once', () => {
    const delays: number[] = [];
    for (let delay = 0; delays.length < 8; delays.push(delay)) delay = nextDelay(delay, 10, OPTIONS);
    assert.deepEqual(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('begins anew after a healthy while', () => {
    assert.equal(nextDelay(30_000, 59_999, OPTIONS), 30_000);
    assert.equal(nextDelay(30_000, 60_000, OPTIONS), 1_000);
  });
});
