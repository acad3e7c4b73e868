import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rawFrame } from '#src/images/compress/zstd-frame.js';
import { randomBytesOf } from '../../../parts/layers.js';

/** The blocks of a frame with a content size of four bytes, by RFC 8878, 3.1.1.2. */
function blocksOf(
  frame: Buffer,
): { readonly isLast: boolean; readonly type: number; readonly bytes: Buffer }[] {
  const blocks = [];
  for (let at = 9; at < frame.length; ) {
    const header = frame.readUIntLE(at, 3);
    const size = header >> 3;
    at += 3;
    blocks.push({
      isLast: (header & 1) === 1,
      type: (header >> 1) & 3,
      bytes: frame.subarray(at, at + size),
    });
    at += size;
  }
  return blocks;
}

describe('a raw frame of Zstandard', () => {
  it('is the one that the specification describes', () => {
    assert.equal(rawFrame(Buffer.from('abc')).toString('hex'), '28b52ffda003000000190000616263');
    assert.equal(rawFrame(Buffer.alloc(0)).toString('hex'), '28b52ffda000000000010000');
  });

  for (const size of [1, 131_071, 131_072, 131_073, 524_288, 1_000_000]) {
    it(`has ${size} bytes in blocks that are not too large, the last one marked`, () => {
      const bytes = randomBytesOf('frame', size);
      const frame = rawFrame(bytes);
      assert.equal(frame.readUInt32LE(5), size);
      const blocks = blocksOf(frame);
      assert.ok(Buffer.concat(blocks.map((block) => block.bytes)).equals(bytes));
      for (const [index, { isLast, type, bytes: content }] of blocks.entries()) {
        assert.deepEqual([isLast, type], [index === blocks.length - 1, 0]);
        assert.ok(content.length > 0 && content.length <= 131_072);
      }
    });
  }
});
