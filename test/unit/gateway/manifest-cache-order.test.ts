import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManifestCache } from '#src/gateway/manifest-cache.js';
import type { Digest } from '#src/oci/digest.js';
import { sha256 } from '../../parts/layers.js';

describe('a reference in the cache', () => {
  it('is not overwritten by what was read before the last word of the upstream', () => {
    const cache = new ManifestCache(() => 0);
    const late = { digest: digestOf(2), origin: { upstream: 'docker.io', confirmed: 2000 } };
    cache.learn('a', 'v1', late);
    cache.learn('a', 'v1', { digest: digestOf(1), origin: { upstream: 'docker.io', confirmed: 1000 } });
    assert.equal(cache.reference('a', 'v1'), late);
    const pushed = { digest: digestOf(3), origin: undefined };
    cache.learn('a', 'v1', pushed);
    assert.equal(cache.reference('a', 'v1'), pushed);
  });
});

function digestOf(number: number): Digest {
  return sha256(Buffer.from(`manifest ${number}`));
}
