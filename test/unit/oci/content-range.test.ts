import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseContentRange } from '#src/oci/content-range.js';

describe('parseContentRange', () => {
  it('reads ranges with and without a size, and a size alone', () => {
    assert.deepEqual(parseContentRange('bytes 0-99/200'), { range: { start: 0, end: 99 }, size: 200 });
    assert.deepEqual(parseContentRange(' Bytes 5-5/* '), { range: { start: 5, end: 5 }, size: undefined });
    assert.deepEqual(parseContentRange('bytes */0'), { range: undefined, size: 0 });
  });

  for (const header of [
    undefined,
    '',
    'bytes 0-99',
    'bytes */*',
    'bytes 9-5/10',
    'bytes 0-10/10',
    'bytes -5/10',
    'items 0-1/2',
    'bytes 0-1/2, bytes 3-4/5',
    'bytes 0-9999999999999999/*',
    'bytes 0x1-0x2/3',
  ]) {
    it(`makes nothing of ${JSON.stringify(header)}`, () =>
      assert.equal(parseContentRange(header), undefined));
  }
});
