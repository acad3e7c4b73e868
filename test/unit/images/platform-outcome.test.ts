import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { platformOutcomes } from '#src/images/parts-outcome.js';
import { isServableOffline } from '#src/images/platform-outcome.js';
import type { Descriptor } from '#src/oci/manifest.js';
import type { PlatformParts } from '#src/store/image-parts.js';
import { sha256 } from '../../parts/layers.js';

function blob(text: string, size: number): Descriptor {
  return { mediaType: 'x', digest: sha256(Buffer.from(text)), size };
}

function parts(platform: string, missing: readonly Descriptor[], changes: Partial<PlatformParts> = {}) {
  const digest = sha256(Buffer.from(platform));
  return { platform, digest, manifestHeld: true, held: [], layersHeld: 0, missing, ...changes };
}

const [A, B] = [blob('a', 10), blob('b', 5)];
const ROOT = sha256(Buffer.from('root'));

describe('what is here of an image', () => {
  it('is told platform by platform, with what has come meanwhile', () => {
    const found = {
      digest: ROOT,
      rootMissing: false,
      platforms: [parts('linux/amd64', [A, B]), parts('linux/arm64', [A])],
    };
    assert.deepEqual(platformOutcomes(found), [
      { platform: 'linux/amd64', servable: false, missing: 2, bytes: 15 },
      { platform: 'linux/arm64', servable: false, missing: 1, bytes: 10 },
    ]);
    assert.deepEqual(platformOutcomes(found, new Set([A.digest])), [
      { platform: 'linux/amd64', servable: false, missing: 1, bytes: 5 },
      { platform: 'linux/arm64', servable: true, missing: 0, bytes: 0 },
    ]);
  });

  it('is not servable for a platform that it is not made for, or whose manifest is not here', () => {
    const platforms = [
      parts('linux/s390x', [], { digest: undefined, manifestHeld: false }),
      parts('linux/arm64', [], { manifestHeld: false }),
    ];
    const outcomes = platformOutcomes({ digest: ROOT, rootMissing: false, platforms });
    assert.deepEqual(
      outcomes.map(({ servable }) => servable),
      [false, false],
    );
  });

  it('is here as a whole when every platform is, and unknown when nobody looked', () => {
    const whole = { platform: 'any', servable: true, missing: 0, bytes: 0 };
    assert.equal(isServableOffline([whole]), true);
    assert.equal(isServableOffline([whole, { ...whole, servable: false }]), false);
    assert.equal(isServableOffline([]), false);
    assert.equal(isServableOffline(undefined), undefined);
  });
});
