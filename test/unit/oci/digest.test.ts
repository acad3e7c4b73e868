import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  algorithmOf,
  type DigestAlgorithm,
  HEX_LENGTH,
  hexOf,
  isDigest,
  parseDigest,
} from '#src/oci/digest.js';
import { OciError } from '#src/oci/error-code.js';

describe('a digest', () => {
  it('is whatever the two algorithms give for any content', () => {
    const algorithms = fc.constantFrom<DigestAlgorithm>('sha256', 'sha512');
    fc.assert(
      fc.property(algorithms, fc.uint8Array(), (algorithm, bytes) => {
        const hex = createHash(algorithm).update(bytes).digest('hex');
        const digest = parseDigest(`${algorithm}:${hex}`);
        assert.equal(algorithmOf(digest), algorithm);
        assert.equal(hexOf(digest), hex);
        assert.equal(hex.length, HEX_LENGTH[algorithm]);
      }),
    );
  });

  const a64 = 'a'.repeat(64);
  const wrong: readonly string[] = [
    '',
    'sha256:',
    a64,
    `sha256:${a64.slice(1)}`,
    `sha256:${a64}a`,
    `sha512:${a64}`,
    `sha256:${a64}${a64}`,
    `sha256:${a64.toUpperCase()}`,
    `SHA256:${a64}`,
    `sha256:${a64.slice(1)}g`,
    `sha256:${a64}\n`,
    ` sha256:${a64}`,
    `md5:${'a'.repeat(32)}`,
    `sha384:${'a'.repeat(96)}`,
    `sha256-${a64}`,
    `sha256:../${a64.slice(3)}`,
  ];
  for (const text of wrong) {
    it(`is not ${JSON.stringify(text.slice(0, 24))} (${text.length} characters)`, () => {
      assert.equal(isDigest(text), false);
      assert.throws(
        () => parseDigest(text),
        (error) => error instanceof OciError && error.code === 'DIGEST_INVALID' && error.hint !== undefined,
      );
    });
  }

  it('is refused with a message that does not grow with the input', () => {
    assert.throws(
      () => parseDigest('x'.repeat(100_000)),
      (error) => error instanceof OciError && error.message.length < 200,
    );
  });
});
