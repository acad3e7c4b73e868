import type { Digest } from '../oci/digest.js';
import { totalSize } from '../oci/total-size.js';
import { type ImageParts, isServable } from '../store/image-parts.js';
import type { PlatformOutcome } from './platform-outcome.js';

/**
 * What is here for each platform.
 * @param come what has come since it was looked
 */
export function platformOutcomes(
  { platforms }: ImageParts,
  come: ReadonlySet<Digest> = new Set(),
): PlatformOutcome[] {
  return platforms.map((parts) => {
    const missing = parts.missing.filter(({ digest }) => !come.has(digest));
    return {
      platform: parts.platform,
      servable: isServable({ ...parts, missing }),
      missing: missing.length,
      bytes: totalSize(missing),
    };
  });
}
