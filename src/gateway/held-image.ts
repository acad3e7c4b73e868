import { OciError } from '../oci/error-code.js';
import type { Platform } from '../oci/manifest.js';
import { formatPlatform } from '../oci/platform.js';
import { findParts, isServable, type Shelf } from '../store/image-parts.js';
import { describeStored, namesOf } from './blob-lookup.js';
import type { Context } from './context.js';
import type { StoredManifest } from './manifest-cache.js';
import { hasManifest, loadManifest } from './manifest-store.js';
import type { Target } from './naming.js';

/**
 * Makes sure that an image can be pulled for a platform without an upstream: its manifest, that of the platform when it is an index,
 * and every blob that one names.
 * @throws OciError `UNAVAILABLE` with 504, saying what is not here
 */
export async function requireWhole(
  context: Context,
  target: Target,
  { digest }: StoredManifest,
  platform: Platform,
): Promise<void> {
  const { rootMissing, platforms } = await findParts(shelfOf(context, target), digest, [platform]);
  // A tag alone is of no use: engines ask for what it stands for by digest.
  if (rootMissing) throw missing(target, `no manifest ${digest}`);
  const found = platforms.find((each) => !isServable(each));
  if (found === undefined) return;
  if (found.digest === undefined) throw missing(target, `no image for ${formatPlatform(platform)}`);
  if (!found.manifestHeld) throw missing(target, `no manifest ${found.digest}`);
  throw missing(target, `no blob ${found.missing[0]?.digest}`);
}

/** What is given out under a name without asking anybody. */
function shelfOf(context: Context, target: Target): Shelf {
  return {
    async manifest(digest) {
      for (const name of namesOf(target)) {
        if (await hasManifest(context, name, digest)) return await readable(context, digest);
      }
      return undefined;
    },
    async blobSizes(digests) {
      const sizes: (number | undefined)[] = [];
      for (const digest of digests) sizes.push((await describeStored(context, target, digest))?.size);
      return sizes;
    },
  };
}

/** What is linked as a manifest and is none, as other registries on the same folder allow, is not served. */
async function readable(context: Context, digest: StoredManifest['digest']) {
  try {
    return (await loadManifest(context, digest))?.manifest;
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}

function missing(target: Target, what: string): OciError {
  return new OciError('UNAVAILABLE', `${target.named} is not here as a whole: ${what}`, { status: 504 });
}
