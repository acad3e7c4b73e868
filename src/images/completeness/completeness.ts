import type { Digest } from '../../oci/digest.js';
import type { Descriptor, Platform } from '../../oci/manifest.js';
import { findParts, type ImageParts, isServable, type PlatformParts } from '../../store/image-parts.js';
import type { Store } from '../../store/port.js';
import { storeShelf } from './store-shelf.js';

/** What of an image is here: whether the mirror could serve it with every upstream off, platform by platform. */
export type ImageCompleteness = ImageParts;

/**
 * Finds out what of an image is here, as a client sees it that asks the mirror for its tag, then by digest for index, manifest, config and
 * layers, while no upstream answers. Reads links, manifests and sizes; no blob is read, so content that was damaged on the disk without
 * a change of its size counts as here until the mirror reads it.
 * @param repository its name in the store, or all the names that the mirror looks under, as for an image that was pushed under a short one
 * @param platforms for each, the image that an engine would choose; `all`: every image of an index, without what is attached to them
 * @throws StoreError when the store cannot be read
 */
export async function completenessOf(
  store: Store,
  repository: string | readonly string[],
  digest: Digest,
  platforms: readonly Platform[] | 'all',
): Promise<ImageCompleteness> {
  const names = typeof repository === 'string' ? [repository] : repository;
  return await findParts(storeShelf(store, names), digest, platforms);
}

/** Whether every platform that was looked at can be served with every upstream off. */
export function isComplete({ rootMissing, platforms }: ImageCompleteness): boolean {
  return !rootMissing && platforms.every(isServable);
}

/** What is missing of all platforms, each once. */
export function missingOf({
  platforms,
}: {
  readonly platforms: readonly Pick<PlatformParts, 'missing'>[];
}): Descriptor[] {
  return [
    ...new Map(platforms.flatMap(({ missing }) => missing).map((each) => [each.digest, each])).values(),
  ];
}
