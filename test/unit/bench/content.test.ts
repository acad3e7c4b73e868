import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { makeContent, type SourceBlob } from '../../bench/content.js';
import type { Sizes } from '../../bench/sizes.js';
import { QUICK_SIZES } from '../../bench/sizes.js';

const KIB = 1024;
const SIZES: Sizes = {
  ...QUICK_SIZES,
  layers: [100 * KIB, 50 * KIB],
  big: 200 * KIB,
  small: { count: 4, size: 10 * KIB },
  distinct: 3,
};

function bytesOf(blob: SourceBlob | undefined): Buffer {
  assert.ok(blob);
  return Buffer.concat(blob.parts);
}

describe('makeContent', () => {
  const { catalog, blobs, manifest } = makeContent('seed', SIZES);

  it('names every blob by its digest and size', () => {
    for (const [digest, blob] of blobs) {
      const bytes = bytesOf(blob);
      assert.equal(digest, `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
      assert.equal(blob.size, bytes.length);
    }
  });

  it('makes no two blobs alike', () => {
    const named = [...catalog.image.blobs, catalog.big, ...catalog.small, ...catalog.distinct];
    assert.equal(new Set(named.map(({ digest }) => digest)).size, named.length);
    assert.equal(blobs.size, named.length);
  });

  it('has a manifest of the config and the layers', () => {
    const { config, layers } = JSON.parse(manifest.toString()) as {
      config: { digest: string };
      layers: { digest: string; size: number }[];
    };
    assert.deepEqual(
      [config, ...layers].map(({ digest }) => digest),
      catalog.image.blobs.map(({ digest }) => digest),
    );
    assert.deepEqual(
      layers.map(({ size }) => size),
      SIZES.layers,
    );
    const sum = catalog.image.blobs.reduce((total, { size }) => total + size, manifest.length);
    assert.equal(catalog.image.unique, sum);
  });

  it('is the same for the same seed and another for another', () => {
    assert.deepEqual(makeContent('seed', SIZES).catalog, catalog);
    assert.notEqual(makeContent('other', SIZES).catalog.big.digest, catalog.big.digest);
  });
});
