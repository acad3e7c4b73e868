import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRetryAfter } from '#src/oci/retry-after.js';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 7);

describe('parseRetryAfter', () => {
  for (const [header, seconds] of [
    ['0', 0],
    ['120', 120],
    [' 5 ', 5],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 30],
    ['Sun Nov  6 08:49:37 1994', 30],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['1994', 1994],
    ['1994-11-06', undefined],
    ['Sun, 99 Nov 1994 08:49:37 GMT', undefined],
    ['99999999999999999999', undefined],
    [undefined, undefined],
  ] as const) {
    it(`takes ${JSON.stringify(header)} for ${seconds}`, () =>
      assert.equal(parseRetryAfter(header, NOW), seconds));
  }
});
