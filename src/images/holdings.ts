import type { Digest } from '../oci/digest.js';
import type { Platform } from '../oci/manifest.js';
import { DOCKER_HUB, type Reference } from '../oci/reference.js';
import { knownHost, storedName } from '../oci/stored-name.js';
import { StoreError } from '../store/errors.js';
import type { ImageParts } from '../store/image-parts.js';
import type { Store } from '../store/port.js';
import { completenessOf } from './completeness/completeness.js';
import type { KnownUpstreams } from './wire-name.js';

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
  const hosts = {
    upstreams: new Map([...upstreams.hosts].map((host) => [host, undefined])),
    defaultHost: upstreams.default,
  };
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

  function nameOf({ host, repository }: Reference): string {
    // Where another registry stands in for Docker Hub, its images are kept as that one's.
    const standIn = host === DOCKER_HUB ? upstreams.default : undefined;
    return storedName(hosts, knownHost(hosts, host) ?? standIn ?? host, repository);
  }

  return {
    image: (reference, digest, platforms) =>
      unlessDenied(() => completenessOf(store, nameOf(reference), digest, platforms)),
    blobs: (reference, digests) =>
      unlessDenied(async () => {
        const sizes = store.repositories.layerSizes(nameOf(reference), digests);
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
