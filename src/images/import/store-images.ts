import type { Store } from '../../store/port.js';
import { ArchiveError, ImageError } from '../archive-error.js';
import { shown } from '../tar/read-tar.js';
import type { Destination } from './destination.js';
import type { ImportImage } from './image.js';
import type { SeenFile } from './inspect.js';
import type { ImportSource } from './source.js';
import { storeBlob, storeManifest, storeTag } from './store-content.js';

/** Images and where each is put. */
export type Placed = ReadonlyMap<ImportImage, readonly Destination[]>;

/** What storing is told and tells. */
export interface StoreOptions {
  readonly signal: AbortSignal;
  /** Bytes that the source may have in all, once it is unpacked. */
  readonly room: number;
  /** Told how many bytes were read again. */
  readonly onBytes: (count: number) => void;
}

/**
 * Refuses to move a tag of what was pushed, or to put one's own image in the place of an upstream's.
 * @throws ImageError; nothing was changed
 */
export async function refuseOverwriting(store: Store, placed: Placed): Promise<void> {
  for (const [image, places] of placed) {
    for (const { name, repository, tag, upstream } of places) {
      const there = tag === undefined ? undefined : await store.repositories.readTag(repository, tag);
      if (tag === undefined || there === undefined || there === image.root) continue;
      const origin = await store.origins.readTag(repository, tag);
      if (origin !== undefined && upstream !== undefined) continue;
      const what = origin === undefined ? 'was pushed here' : `is a copy from ${origin.upstream}`;
      throw new ImageError(`${name} is another image, which ${what}`, {
        hint: 'give the new one another name with --name, or replace the other with --force',
      });
    }
  }
}

/**
 * Stores images: blobs first, each checked once more while it is written, then manifests, then tags, so that whatever is visible at any
 * moment is whole. Everything is written under names of its own and renamed, so that a mirror that runs on the same store is not
 * disturbed, and serves the images at once.
 * @returns bytes of blobs that were not here
 * @throws StoreError, DigestMismatchError, ArchiveError when the file was changed meanwhile
 */
export async function storeImages(
  store: Store,
  source: ImportSource,
  placed: Placed,
  options: StoreOptions,
): Promise<number> {
  const stored = await storeBlobs(store, source, placed, options);
  for (const [image, places] of placed) {
    for (const place of places) {
      options.signal.throwIfAborted();
      for (const { digest } of image.blobs) {
        if (await store.repositories.hasLayer(place.repository, digest)) continue;
        await store.repositories.linkLayer(place.repository, digest);
      }
      for (const manifest of image.manifests) await storeManifest(store, place, manifest);
      await storeTag(store, place, image.root);
    }
  }
  return stored;
}

/** Reads the source once more for those that are not here. */
async function storeBlobs(
  store: Store,
  source: ImportSource,
  placed: Placed,
  { signal, room, onBytes }: StoreOptions,
): Promise<number> {
  const wanted = new Map<string, { readonly file: SeenFile; readonly repository: string }>();
  for (const [image, [place]] of placed) {
    for (const file of image.blobs) {
      const isHere = (await store.blobs.stat(file.digest))?.size === file.size;
      if (!isHere && place !== undefined) wanted.set(file.path, { file, repository: place.repository });
    }
  }
  const bytes = [...wanted.values()].reduce((sum, { file }) => sum + file.size, 0);
  if (wanted.size === 0) return bytes;
  for await (const { path, content } of source.members(signal, room)) {
    const want = wanted.get(path);
    if (want === undefined) continue;
    wanted.delete(path);
    await storeBlob(store, want.repository, want.file.digest, content, onBytes);
    if (wanted.size === 0) break;
  }
  const [missing] = wanted.keys();
  if (missing !== undefined) throw new ArchiveError(`it was changed meanwhile: ${shown(missing)} is gone`);
  return bytes;
}
