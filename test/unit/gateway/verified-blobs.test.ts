import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VerifiedBlobs } from '#src/gateway/verified-blobs.js';
import { type Digest, parseDigest } from '#src/oci/digest.js';

const DAY = 24 * 3_600_000;
const MOST = 50_000;

function digest(number: number): Digest {
  return parseDigest(`sha256:${number.toString(16).padStart(64, '0')}`);
}

describe('verified blobs', () => {
  it('are trusted for a day, and again when hashed again', () => {
    let now = 1000;
    const verified = new VerifiedBlobs(() => now);
    assert.equal(verified.has(digest(1), 'i'), false);
    verified.add(digest(1), 'i');
    now += DAY - 1;
    assert.equal(verified.has(digest(1), 'i'), true);
    now += 1;
    assert.equal(verified.has(digest(1), 'i'), false);
    verified.add(digest(1), 'i');
    assert.equal(verified.has(digest(1), 'i'), true);
  });

  it('are not trusted once the file is another, or was deleted', () => {
    const verified = new VerifiedBlobs(() => 0);
    verified.add(digest(1), 'i');
    assert.equal(verified.has(digest(1), 'j'), false);
    assert.equal(verified.has(digest(2), 'i'), false);
    verified.add(digest(1), 'j');
    assert.equal(verified.has(digest(1), 'i'), false);
    verified.delete(digest(1));
    assert.equal(verified.has(digest(1), 'j'), false);
  });

  it('are not remembered beyond the limit: the one hashed longest ago is forgotten', () => {
    const verified = new VerifiedBlobs(() => 0);
    for (let number = 0; number < MOST; number += 1) verified.add(digest(number), 'i');
    verified.add(digest(0), 'i');
    assert.equal(verified.has(digest(1), 'i'), true);
    verified.add(digest(MOST), 'i');
    assert.equal(verified.has(digest(1), 'i'), false);
    for (const number of [0, 2, MOST]) assert.equal(verified.has(digest(number), 'i'), true);
  });
});
