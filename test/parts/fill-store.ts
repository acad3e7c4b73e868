import type { Store } from '#src/store/port.js';
import { type AnyImage, blobsOf, type Image } from './images.js';

/** Where an image is put in a store. */
export interface Shelf {
  readonly repository: string;
  readonly tag: string;
  /** The upstream it is from; pushed when absent. */
  readonly upstream?: string;
}

/**
 * Puts an image into a store the way a pull or a push leaves it there.
 * @param held the images of an index that are put there; all when absent
 */
export async function fillStore(
  store: Store,
  image: AnyImage,
  shelf: Shelf,
  held: readonly Image[] = 'images' in image ? image.images : [image],
): Promise<void> {
  for (const each of held) {
    for (const { digest, bytes } of blobsOf(each)) {
      await store.blobs.put(digest, bytes);
      await store.repositories.linkLayer(shelf.repository, digest);
    }
    await fillManifest(store, shelf, each);
  }
  await fillManifest(store, shelf, image);
  const { repository, tag, upstream } = shelf;
  if (upstream !== undefined) await store.origins.writeTag(repository, tag, { upstream, confirmed: 1 });
  await store.repositories.writeTag(repository, tag, image.manifest.digest);
}

async function fillManifest(store: Store, shelf: Shelf, { manifest }: AnyImage): Promise<void> {
  const { repository, upstream } = shelf;
  await store.blobs.put(manifest.digest, manifest.bytes);
  if (upstream !== undefined) {
    await store.origins.writeRevision(repository, manifest.digest, { upstream, confirmed: 1 });
  }
  await store.repositories.linkRevision(repository, manifest.digest);
}
