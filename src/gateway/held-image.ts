import type { Digest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import type { Descriptor, Platform } from '../oci/manifest.js';
import { selectPlatform } from '../oci/platform.js';
import { describeStored, namesOf } from './blob-lookup.js';
import type { Context } from './context.js';
import type { StoredManifest } from './manifest-cache.js';
import { hasManifest, loadManifest } from './manifest-store.js';
import type { Target } from './naming.js';

/** Indexes in indexes that are followed; nobody makes more than one. */
const DEPTH = 4;

/**
 * Makes sure that an image can be pulled for a platform without an upstream: its manifest, that of the platform when it is an index,
 * and every blob that one names. Layers that are to be had elsewhere (`urls`) do not count.
 * @throws OciError `UNAVAILABLE` with 504, saying what is not here
 */
export async function requireWhole(
  context: Context,
  target: Target,
  stored: StoredManifest,
  platform: Platform,
): Promise<void> {
  let image = stored;
  for (let depth = 0; image.manifest.kind === 'index'; depth += 1) {
    const chosen = depth < DEPTH ? selectPlatform(image.manifest.manifests, platform) : undefined;
    if (chosen === undefined) throw missing(target, `no image for ${platform.os}/${platform.architecture}`);
    const next = await heldManifest(context, target, chosen.digest);
    if (next === undefined) throw missing(target, `no manifest ${chosen.digest}`);
    image = next;
  }
  const { config, layers } = image.manifest;
  for (const blob of [...(config === undefined ? [] : [config]), ...layers.filter(isOurs)]) {
    if ((await describeStored(context, target, blob.digest)) !== undefined) continue;
    throw missing(target, `no blob ${blob.digest}`);
  }
}

async function heldManifest(
  context: Context,
  target: Target,
  digest: Digest,
): Promise<StoredManifest | undefined> {
  for (const name of namesOf(target)) {
    if (await hasManifest(context, name, digest)) return await loadManifest(context, digest);
  }
  return undefined;
}

function isOurs({ urls }: Descriptor): boolean {
  return urls === undefined;
}

function missing(target: Target, what: string): OciError {
  return new OciError('UNAVAILABLE', `${target.named} is not here as a whole: ${what}`, { status: 504 });
}
