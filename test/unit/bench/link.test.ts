import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeLink } from '../../bench/load/link.js';

describe('makeLink', () => {
  it('never lets more leave than its rate, also to several senders', async () => {
    const link = makeLink(80);
    const started = performance.now();
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let i = 0; i < 10; i++) await link.take(25_000);
      }),
    );
    // 1 MB at 10 MB/s is 100 ms; it may have saved 2 ms, and the last timer may be 1 ms early or not be set at all.
    assert.ok(performance.now() - started >= 96);
  });

  it('does not make anybody wait without a limit', () => {
    assert.equal(makeLink(0).take(1_000_000_000), undefined);
  });
});
