import type { Digest } from '../../oci/digest.js';
import type { Descriptor, Platform } from '../../oci/manifest.js';
import { ownBlobs } from '../../oci/own-blobs.js';
import type { Store } from '../../store/port.js';
import { ImageError } from '../archive-error.js';
import { isPlatform, shownPlatform } from '../platforms.js';
import { type LoadedManifest, loadManifest } from './load-manifest.js';

/** An image for one platform that is whole. */
export interface WholeImage {
  readonly manifest: LoadedManifest;
  /** As the index has it; undefined for an image that is in none. */
  readonly platform: Platform | undefined;
  readonly config: Descriptor | undefined;
  readonly layers: readonly Descriptor[];
}

/** Everything that an archive of an image is to hold. */
export interface Contents {
  /** What the image's name stands for: an index, or the one image. */
  readonly root: LoadedManifest;
  /** Indexes, the root's own included, in the order in which they name each other. */
  readonly indexes: readonly LoadedManifest[];
  readonly images: readonly WholeImage[];
  /** Platforms of the index that are not here, or not wanted. */
  readonly absent: readonly string[];
}

/** What an index attaches to its images stands under this, as BuildKit writes it. */
const ATTACHED = 'vnd.docker.reference.digest';

/**
 * Finds out what of an image is here, whole: its manifest, its config and every layer, in the repository itself.
 * @param platforms such as `linux/amd64`; empty: all that are here
 * @throws ImageError naming what is missing
 */
export async function gatherContents(
  store: Store,
  repository: string,
  digest: Digest,
  platforms: readonly string[],
): Promise<Contents> {
  const root = await heldManifest(store, repository, digest);
  if (root === undefined) throw new ImageError(`its manifest ${digest} is not here`);
  if (root.manifest.kind === 'image') return ofOne(store, repository, root, platforms);
  const found: Gathered = { indexes: [root], images: [], missing: [], absent: [] };
  await gatherIndex(store, repository, root, platforms, found);
  const images = withoutStrayAttachments(found.images);
  for (const asked of platforms) {
    if (images.some(({ platform }) => isPlatform(platform, asked))) continue;
    const known = found.missing.find(({ platform }) => isPlatform(platform, asked));
    throw known === undefined ? notFor(asked, found) : missing(known.digests, ` of ${asked}`);
  }
  if (!images.some(({ platform }) => !isUnknown(platform))) {
    throw missing(found.missing.find(({ platform }) => !isUnknown(platform))?.digests ?? [], '');
  }
  return { root, indexes: found.indexes, images, absent: [...new Set(found.absent)] };
}

interface Gathered {
  readonly indexes: LoadedManifest[];
  readonly images: (WholeImage & { readonly attachedTo: string | undefined })[];
  readonly missing: { readonly platform: Platform | undefined; readonly digests: readonly Digest[] }[];
  readonly absent: string[];
}

async function ofOne(
  store: Store,
  repository: string,
  root: LoadedManifest,
  platforms: readonly string[],
): Promise<Contents> {
  if (platforms.length > 0) {
    throw new ImageError('it is for one platform only', { hint: 'archive it without --platform' });
  }
  const absent = missingBlobs(store, repository, root);
  if (absent.length > 0) throw missing(absent, '');
  return { root, indexes: [], images: [imageOf(root, undefined)], absent: [] };
}

/** An index may name further ones (OCI image specification 1.1, "OCI Image Index"). */
async function gatherIndex(
  store: Store,
  repository: string,
  index: LoadedManifest,
  platforms: readonly string[],
  found: Gathered,
): Promise<void> {
  for (const entry of index.manifest.manifests) {
    const { platform } = entry;
    const isWanted =
      platforms.length === 0 || isUnknown(platform) || platforms.some((each) => isPlatform(platform, each));
    const child = isWanted ? await heldManifest(store, repository, entry.digest) : undefined;
    if (child?.manifest.kind === 'index') {
      if (found.indexes.some(({ digest }) => digest === child.digest)) continue;
      found.indexes.push(child);
      await gatherIndex(store, repository, child, platforms, found);
      continue;
    }
    const digests = child === undefined ? [entry.digest] : missingBlobs(store, repository, child);
    if (child !== undefined && digests.length === 0) {
      found.images.push({ ...imageOf(child, platform), attachedTo: entry.annotations?.[ATTACHED] });
    } else {
      if (isWanted) found.missing.push({ platform, digests });
      if (platform !== undefined && !isUnknown(platform)) found.absent.push(shownPlatform(platform));
    }
  }
}

function imageOf(manifest: LoadedManifest, platform: Platform | undefined): WholeImage {
  const { config, layers } = manifest.manifest;
  return { manifest, platform, config, layers: layers.filter(({ urls }) => urls === undefined) };
}

/** What is attached to an image that is not in the archive stays out as well. */
function withoutStrayAttachments(images: Gathered['images']): Gathered['images'] {
  const digests = new Set<string>(images.map(({ manifest }) => manifest.digest));
  return images.filter(({ attachedTo }) => attachedTo === undefined || digests.has(attachedTo));
}

async function heldManifest(
  store: Store,
  repository: string,
  digest: Digest,
): Promise<LoadedManifest | undefined> {
  if (!(await store.repositories.hasRevision(repository, digest))) return undefined;
  return await loadManifest(store.blobs, digest);
}

/** Config and layers that are not here. A layer with URLs is foreign, and never is. */
function missingBlobs(store: Store, repository: string, image: LoadedManifest): Digest[] {
  const blobs = ownBlobs(image.manifest);
  const sizes = store.repositories.layerSizes(
    repository,
    blobs.map(({ digest }) => digest),
  );
  const absent = blobs.filter(({ size }, position) => sizes[position] !== size);
  return [...new Set(absent.map(({ digest }) => digest))];
}

function isUnknown(platform: Platform | undefined): boolean {
  return platform?.os === 'unknown';
}

function missing(digests: readonly Digest[], where: string): ImageError {
  const named = digests.slice(0, 3).join(', ');
  const more = digests.length > 3 ? ` and ${digests.length - 3} more` : '';
  return new ImageError(
    `it is not whole here: ${named}${more}${where} ${digests.length > 1 ? 'are' : 'is'} missing`,
    {
      hint: 'fetch it with "docker-mirror update" or a pull through the mirror, and try again',
    },
  );
}

function notFor(asked: string, { images, absent }: Gathered): ImageError {
  const there = images.flatMap(({ platform }) => (platform === undefined ? [] : [shownPlatform(platform)]));
  const all = [...new Set([...there, ...absent])].filter((each) => !each.startsWith('unknown/'));
  return new ImageError(`it is not for ${asked}`, { hint: `it is for ${all.join(', ')}` });
}
