import { completenessOf } from '../../images/completeness/completeness.js';
import { countOf } from '../../images/count-of.js';
import { selectTags } from '../../images/tags/select-tags.js';
import { formatBytes } from '../../images/update-event.js';
import type { WantedImage } from '../../images/wanted-images.js';
import type { Digest } from '../../oci/digest.js';
import type { Platform } from '../../oci/manifest.js';
import { formatPlatform } from '../../oci/platform.js';
import { knownHost, storedName } from '../../oci/stored-name.js';
import { totalSize } from '../../oci/total-size.js';
import { isServable, type PlatformParts } from '../../store/image-parts.js';
import type { OpenStore } from '../open-store.js';

/** What the mirror has of an image: of its tag, or of each tag that its line chooses. */
export interface HeldTag {
  /** The tag, or the digest that the image is named by. */
  readonly reference: string;
  /** What it stands for here, or is pinned to; undefined: nothing. */
  readonly digest: Digest | undefined;
  readonly platforms: readonly HeldPlatform[];
}

/** Whether an image can be pulled for a platform while no upstream answers. */
export interface HeldPlatform {
  readonly platform: string;
  readonly servable: boolean;
  /** Whether there is no image for that platform at all. */
  readonly isNotMade: boolean;
  readonly missing: { readonly blobs: number; readonly bytes: number };
}

/**
 * What a store has of an image that is to be kept ready. Of a choice of tags only those are found that are here.
 * @param usual the platforms of an image whose line names none
 * @returns undefined when the mirror does not fetch from the image's registry
 * @throws StoreError; TagPatternError
 */
export async function heldTags(
  { reference, options }: WantedImage,
  { store, hosts }: OpenStore,
  usual: readonly Platform[],
): Promise<readonly HeldTag[] | undefined> {
  const host = knownHost(hosts, reference.host);
  if (host === undefined) return undefined;
  const stored = storedName(hosts, host, reference.repository);
  const platforms = options.platforms ?? usual;
  const chosen =
    options.tags === undefined
      ? [reference.digest ?? reference.tag ?? 'latest']
      : selectTags((await store.repositories.tags(stored)) ?? [], options.tags);
  return await Promise.all(
    chosen.map(async (each) => {
      const pinned = typeof options.pin === 'string' ? options.pin : undefined;
      const digest = reference.digest ?? pinned ?? (await store.repositories.readTag(stored, each));
      return { reference: each, digest, platforms: await platformsOf(digest) };
    }),
  );

  async function platformsOf(digest: Digest | undefined): Promise<HeldPlatform[]> {
    const parts = digest === undefined ? undefined : await completenessOf(store, stored, digest, platforms);
    if (parts === undefined || parts.rootMissing) {
      const missing = { blobs: 0, bytes: 0 };
      return platforms.map((platform) => {
        return { platform: formatPlatform(platform), servable: false, isNotMade: false, missing };
      });
    }
    return parts.platforms.map(asHeld);
  }
}

function asHeld(parts: PlatformParts): HeldPlatform {
  const { platform, digest, missing } = parts;
  const bytes = totalSize(missing);
  return {
    platform,
    servable: isServable(parts),
    isNotMade: digest === undefined,
    missing: { blobs: missing.length, bytes },
  };
}

/** In words: `servable offline: linux/amd64 yes, linux/arm64 no, missing 2 blobs (1.2 MB)`. */
export function describeHeld({ digest, platforms }: HeldTag): string {
  if (digest === undefined) return 'servable offline: no, it is not here';
  return `servable offline: ${platforms.map(describePlatform).join('; ')}`;
}

function describePlatform({
  platform,
  servable,
  isNotMade,
  missing: { blobs, bytes },
}: HeldPlatform): string {
  if (servable) return `${platform} yes`;
  if (isNotMade) return `${platform} no, it is not made for that`;
  return blobs === 0
    ? `${platform} no, its manifest is not here`
    : `${platform} no, missing ${countOf(blobs, 'blob')} (${formatBytes(bytes)})`;
}
