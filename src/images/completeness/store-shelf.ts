import { readableManifest } from '../../oci/manifest.js';
import type { Shelf } from '../../store/image-parts.js';
import type { Store } from '../../store/port.js';
import { readWhole } from '../../store/read-whole.js';

/** What repositories of a store have, as the mirror would give it out without asking anybody: linked there, and on the disk. */
export function storeShelf({ repositories, blobs }: Store, names: readonly string[]): Shelf {
  return {
    async manifest(digest) {
      for (const name of names) {
        if (!(await repositories.hasRevision(name, digest))) continue;
        const content = await readWhole(blobs, digest);
        return content === undefined || content === 'damaged' ? undefined : readableManifest(content.bytes);
      }
      return undefined;
    },
    async blobSizes(digests) {
      const sizes = names.map((name) => repositories.layerSizes(name, digests));
      return digests.map((_, position) => sizes.map((each) => each[position]).find(isHere));
    },
  };
}

function isHere(size: number | undefined): boolean {
  return size !== undefined;
}
