import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestNamed, earlierBy } from '#src/images/history/choose-digest.js';
import type { PastDigest } from '#src/images/history/tag-history.js';
import type { Digest } from '#src/oci/digest.js';

function digest(start: string): Digest {
  return `sha256:${start.padEnd(64, '0')}` as Digest;
}

const LATEST = digest('aaaaaa1');
const MIDDLE = digest('aaaaaa2');
const OLDEST = digest('bbbbbb');

/** @param now its place in the history */
function history(now: number): PastDigest[] {
  return [LATEST, MIDDLE, OLDEST].map((each, position) => ({
    digest: each,
    since: new Date(1000 - position),
    isNow: position === now,
    isComplete: true,
    isUnknown: false,
    missing: [],
    size: 1,
  }));
}

describe('the digest so many steps before that of now', () => {
  it('counts from what is served, which a pin may have put back already', () => {
    assert.equal(earlierBy(history(0), 1), MIDDLE);
    assert.equal(earlierBy(history(0), 2), OLDEST);
    assert.equal(earlierBy(history(1), 1), OLDEST);
  });

  it('is refused when no more are remembered', () => {
    assert.throws(() => earlierBy(history(0), 3), /only 2 are remembered/);
    assert.throws(() => earlierBy(history(1), 2), /only one is remembered/);
    assert.throws(() => earlierBy(history(2), 1), {
      code: 'ROLLBACK_REFUSED',
      message: /none is remembered/,
    });
  });
});

describe('the digest that a text means', () => {
  it('is a whole one, or one of the history by its first digits', () => {
    const strange = digest('c0ffee');
    assert.equal(digestNamed(history(0), strange), strange);
    assert.equal(digestNamed(history(0), 'bbbbbb'), OLDEST);
    assert.equal(digestNamed(history(0), 'sha256:bbbbbb00'), OLDEST);
    assert.equal(digestNamed(history(0), 'aaaaaa2'), MIDDLE);
  });

  it('is refused when it is none, or could be two', () => {
    assert.throws(() => digestNamed(history(0), 'aaaaaa'), /begins more than one/);
    for (const text of ['', 'bbbbb', 'c0ffee', 'BBBBBB', 'sha256:', 'sha512:bbbbbb', 'latest', '../../etc']) {
      assert.throws(() => digestNamed(history(0), text), /is no digest/, text);
    }
  });
});
