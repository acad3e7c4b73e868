import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type KnownReference, ManifestCache, type StoredManifest } from '#src/gateway/manifest-cache.js';
import { type Digest, parseDigest } from '#src/oci/digest.js';
import { parseManifest } from '#src/oci/manifest.js';

const MIB = 1024 * 1024;
const LIMIT = 32 * MIB;
const MOST_REFERENCES = 20_000;

const EMPTY = parseManifest(Buffer.from('{"schemaVersion":2,"manifests":[]}'));
// Nobody reads the bytes here, so all manifests may share them.
const ROOM = Buffer.alloc(40 * MIB);

function digest(number: number): Digest {
  return parseDigest(`sha256:${number.toString(16).padStart(64, '0')}`);
}

function stored(number: number, size: number): StoredManifest {
  return { digest: digest(number), bytes: ROOM.subarray(0, size), manifest: EMPTY };
}

function known(number: number): KnownReference {
  return { digest: digest(number), origin: undefined };
}

const kept = (cache: ManifestCache, numbers: readonly number[]) =>
  numbers.filter((number) => cache.manifest(digest(number)) !== undefined);

describe('manifests kept in memory', () => {
  it('never have more bytes than the limit, and nothing is thrown away that has room', () => {
    const step = fc.record({
      action: fc.constantFrom('keep', 'keep', 'use'),
      number: fc.nat(15),
      size: fc.oneof(fc.integer({ min: 1, max: 12 * MIB }), fc.constant(8 * MIB), fc.constant(33 * MIB)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cache = new ManifestCache(() => 0);
        // The oldest first.
        let model: { readonly number: number; readonly size: number }[] = [];
        for (const { action, number, size } of steps) {
          const held = model.find((each) => each.number === number);
          if (action === 'use') {
            assert.equal(cache.manifest(digest(number))?.bytes.length, held?.size);
            if (held !== undefined) model = [...model.filter((each) => each !== held), held];
          } else {
            cache.keep(stored(number, size));
            if (held === undefined) model.push({ number, size });
            while (model.reduce((sum, each) => sum + each.size, 0) > LIMIT) model.shift();
          }
        }
        const sizes = model.map(({ number }) => cache.manifest(digest(number))?.bytes.length);
        assert.deepEqual(
          sizes,
          model.map(({ size }) => size),
        );
        assert.equal(
          kept(
            cache,
            Array.from({ length: 16 }, (_, number) => number),
          ).length,
          model.length,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('may have as many bytes as the limit, and not one more', () => {
    const cache = new ManifestCache(() => 0);
    for (const number of [1, 2, 3, 4]) cache.keep(stored(number, 8 * MIB));
    assert.equal(cache.manifest(digest(1))?.bytes.length, 8 * MIB);
    cache.keep(stored(5, 1));
    assert.deepEqual(kept(cache, [1, 2, 3, 4, 5]), [1, 3, 4, 5]);
  });

  it('make room by what was not used for longest', () => {
    const cache = new ManifestCache(() => 0);
    for (const number of [1, 2, 3, 4]) cache.keep(stored(number, 8 * MIB));
    cache.manifest(digest(1));
    cache.keep(stored(5, 8 * MIB));
    assert.deepEqual(kept(cache, [1, 2, 3, 4, 5]), [1, 3, 4, 5]);
  });
});

describe('references kept in memory', () => {
  it('are believed for a second', () => {
    let now = 5000;
    const cache = new ManifestCache(() => now);
    cache.learn('a', 'latest', known(1));
    now = 5999;
    assert.deepEqual(cache.reference('a', 'latest'), known(1));
    now = 6000;
    assert.equal(cache.reference('a', 'latest'), undefined);
    cache.learn('a', 'latest', known(2));
    assert.deepEqual(cache.reference('a', 'latest'), known(2));
  });

  it('are those of one repository', () => {
    const cache = new ManifestCache(() => 0);
    cache.learn('a', 'x', known(1));
    cache.learn('a/b', 'x', known(2));
    cache.learn('ab', 'x', known(3));
    assert.equal(cache.reference('b', 'x'), undefined);
    cache.forgetRepository('a');
    assert.equal(cache.reference('a', 'x'), undefined);
    assert.deepEqual(cache.reference('a/b', 'x'), known(2));
    assert.deepEqual(cache.reference('ab', 'x'), known(3));
  });

  it('are never more than the limit: the one learnt longest ago goes', () => {
    const cache = new ManifestCache(() => 0);
    for (let number = 0; number < MOST_REFERENCES; number += 1) cache.learn('a', `${number}`, known(number));
    cache.learn('a', '0', known(0));
    assert.deepEqual(cache.reference('a', '1'), known(1));
    for (let number = 0; number < 5; number += 1) cache.learn('b', `${number}`, known(number));
    let count = 0;
    for (let number = 0; number < MOST_REFERENCES; number += 1) {
      if (cache.reference('a', `${number}`) !== undefined) count += 1;
    }
    assert.equal(count, MOST_REFERENCES - 5);
    assert.equal(cache.reference('a', '1'), undefined);
    assert.deepEqual(cache.reference('a', '0'), known(0));
    assert.deepEqual(cache.reference('a', '6'), known(6));
  });
});
