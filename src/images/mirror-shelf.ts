import type { Digest } from '../oci/digest.js';
import type { Reference } from '../oci/reference.js';
import type { Shelf } from '../store/image-parts.js';
import type { Holdings } from './holdings.js';
import type { MirrorClient } from './mirror-client.js';
import type { WireName } from './wire-name.js';

/** The repository of an image, as it is called here and as the mirror is asked for it. */
export interface Place {
  readonly reference: Reference;
  readonly name: WireName;
}

/**
 * The parts of an image through the mirror: manifests that are not here it fetches. Blobs are looked for on the disk where this program
 * may, and asked for where it may not, or where they are here under another name: the mirror asks the upstream then whether this
 * repository has them as well, and takes them.
 */
export function mirrorShelf(
  client: MirrorClient,
  holdings: Holdings,
  { reference, name }: Place,
  signal: AbortSignal,
): Shelf {
  return {
    manifest: async (digest) => (await client.manifest(name, digest, signal)).manifest,
    async blobSizes(digests) {
      const here = await holdings.blobs(reference, digests);
      return await Promise.all(digests.map((digest, i) => sizeOf(digest, here?.[i])));
    },
  };

  async function sizeOf(digest: Digest, here: number | string | undefined): Promise<number | undefined> {
    if (typeof here === 'number') return here;
    return here === 'nowhere' ? undefined : await client.blobSize(name, digest, signal);
  }
}
