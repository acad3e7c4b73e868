import type { Digest } from '../../oci/digest.js';
import type { Platform } from '../../oci/manifest.js';
import { formatPlatform, selectPlatform } from '../../oci/platform.js';
import type { Store } from '../../store/port.js';
import { loadManifest } from './load-manifest.js';

/**
 * Which platforms of an image are meant by those that it is kept for: of an index, the entries that run on them, as engines choose; of an
 * image for one platform, that one.
 * @returns such as `linux/amd64`; empty: all that are here
 * @throws ImageError when the manifest is damaged, OciError when it is none
 */
export async function keptPlatforms(
  store: Store,
  digest: Digest,
  kept: readonly Platform[],
): Promise<readonly string[]> {
  const root = await loadManifest(store.blobs, digest);
  // Who gathers what is here says what is missing.
  if (root === undefined || root.manifest.kind === 'image') return [];
  const entries = kept.map((platform) => {
    const entry = selectPlatform(root.manifest.manifests, platform);
    return entry === undefined ? platform : entry.platform;
  });
  const named = entries.flatMap((platform) => (platform === undefined ? [] : [formatPlatform(platform)]));
  return named.length === entries.length ? [...new Set(named)] : [];
}
