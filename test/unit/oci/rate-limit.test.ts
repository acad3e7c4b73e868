import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRateLimit } from '#src/oci/rate-limit.js';

describe('parseRateLimit', () => {
  it('reads what Docker Hub sends', () => {
    const expected = { limit: 100, remaining: 76, windowSeconds: 21600 };
    assert.deepEqual(parseRateLimit('100;w=21600', '76;w=21600'), expected);
    assert.deepEqual(parseRateLimit(' 100 ; w=21600 ', '76'), expected);
    assert.deepEqual(parseRateLimit('100', '0'), { limit: 100, remaining: 0, windowSeconds: undefined });
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
