import type { Digest } from '../oci/digest.js';
import type { Platform } from '../oci/manifest.js';
import type { Reference } from '../oci/reference.js';
import { StoreError } from '../store/errors.js';
import type { ImageParts } from '../store/image-parts.js';
import type { Store } from '../store/port.js';
import { completenessOf } from './completeness/completeness.js';
import { type KnownUpstreams, nameInStore } from './wire-name.js';

/**
 * What is here, told without asking the mirror: the store's own files. Every method gives undefined when this program may not read them; the
 * mirror is asked then.
 */
export interface Holdings {
  /** What of an image is here. @throws StoreError */
  image(
    reference: Reference,
    digest: Digest,
    platforms: readonly Platform[],
  ): Promise<ImageParts | undefined>;
  /**
   * Of each of the blobs, in that order: its bytes when the repository has it, `elsewhere` when it is on the disk, but not linked in
   * that repository, or `nowhere`. @throws StoreError
   */
  blobs(
    reference: Reference,
    digests: readonly Digest[],
  ): Promise<readonly (number | 'elsewhere' | 'nowhere')[] | undefined>;
}

/**
 * What is in a store.
 * @param onDenied told once, when this user turns out not to be allowed to read it; nothing is looked for there after that
 */
export function holdingsOf(
  store: Store,
  upstreams: KnownUpstreams,
  onDenied: (error: StoreError) => void,
): Holdings {
  let denied = false;

  async function unlessDenied<T>(look: () => Promise<T>): Promise<T | undefined> {
    if (denied) return undefined;
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'STORE_DENIED') throw error;
      if (!denied) onDenied(error);
      denied = true;
      return undefined;
    }
  }

  return {
    image: (reference, digest, platforms) =>
      unlessDenied(() => completenessOf(store, nameInStore(reference, upstreams), digest, platforms)),
    blobs: (reference, digests) =>
      unlessDenied(async () => {
        const sizes = store.repositories.layerSizes(nameInStore(reference, upstreams), digests);
        return await Promise.all(
          digests.map(async (digest, i) => {
            const size = sizes[i];
            if (size !== undefined) return size;
            return (await store.blobs.stat(digest)) === undefined ? 'nowhere' : 'elsewhere';
          }),
        );
      }),
  };
}
