import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRateLimit, rateLimitHeaders } from '#src/oci/rate-limit.js';

describe('parseRateLimit', () => {
  it('reads what Docker Hub sends', () => {
    const expected = { limit: 100, remaining: 76, windowSeconds: 21600 };
    assert.deepEqual(parseRateLimit('100;w=21600', '76;w=21600'), expected);
    assert.deepEqual(parseRateLimit(' 100 ; w=21600 ', '76'), expected);
    assert.deepEqual(parseRateLimit('100', '0'), { limit: 100, remaining: 0, windowSeconds: undefined });
  });

  it('reads when there are more again, from now on or as a moment', () => {
    const known = { limit: 60, remaining: 3, windowSeconds: undefined, resetSeconds: 90 };
    assert.deepEqual(parseRateLimit('60', '3', '90', 5_000), known);
    assert.deepEqual(parseRateLimit('60', '3', ' 1800000090 ', 1_800_000_000_400), known);
    assert.equal(parseRateLimit('60', '3', '1800000000', 1_900_000_000_000)?.resetSeconds, 0);
    for (const odd of ['', 'soon', '-3', '9e9', '1, 2']) {
      assert.equal(parseRateLimit('60', '3', odd, 0)?.resetSeconds, undefined, odd);
    }
  });

  it('reads what it writes', () => {
    for (const known of [
      { limit: 100, remaining: 76, windowSeconds: 21_600 },
      { limit: 60, remaining: 0, windowSeconds: undefined, resetSeconds: 12 },
    ]) {
      const headers = rateLimitHeaders(known);
      const [limit, remaining, reset] = ['Limit', 'Remaining', 'Reset'].map(
        (of) => headers[`RateLimit-${of}`],
      );
      assert.deepEqual(parseRateLimit(limit, remaining, reset), known);
    }
  });

  it('makes nothing of anything else', () => {
    for (const [limit, remaining] of [
      [undefined, undefined],
      ['100;w=21600', undefined],
      [undefined, '76'],
      ['many', '76'],
      ['-1', '76'],
      ['100;w=', '76'],
      ['100, 200;w=60', '5'],
      ['1e3', '5'],
    ]) {
      assert.equal(parseRateLimit(limit, remaining), undefined, `${limit} ${remaining}`);
    }
  });
});
