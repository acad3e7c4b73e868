import type { Digest } from '../../oci/digest.js';
import type { Descriptor } from '../../oci/manifest.js';
import { MANIFEST_TYPES } from '../../oci/media-type.js';
import { isRepository } from '../../oci/name.js';
import { ANNOTATIONS, blobPath } from '../archive/plan.js';
import { ArchiveError } from '../archive-error.js';
import { shownPlatform } from '../platforms.js';
import { shown } from '../tar/read-tar.js';
import { type ImportImage, type ImportManifest, manifestIn } from './image.js';
import type { Inspected, SeenFile } from './inspect.js';

/** Indexes that may stand in one another. */
const DEPTH_LIMIT = 4;

/**
 * The images of an image layout (OCI image specification 1.1, "OCI Image Layout Specification"): those that its index.json names.
 * @throws ArchiveError when one is not whole: of an index, at least one image has to be
 */
export function readLayout(inspected: Inspected, index: SeenFile): ImportImage[] {
  const images = new Map<Digest, ImportImage>();
  for (const entry of manifestIn(index).manifest.manifests) {
    if (!MANIFEST_TYPES.some((type) => type === entry.mediaType)) continue;
    const before = images.get(entry.digest);
    const names = [...new Set([...(before?.names ?? []), ...nameOf(entry)])];
    const image = before ?? readImage(inspected, entry);
    images.set(entry.digest, { ...image, names });
  }
  return [...images.values()];
}

/** Docker and containerd write the whole name; others write what was behind the colon, which may be a name or only a tag. */
function nameOf({ annotations = {} }: Descriptor): string[] {
  const whole = annotations[ANNOTATIONS.name];
  const reference = annotations[ANNOTATIONS.reference];
  if (whole !== undefined) return [whole];
  return reference !== undefined && /[/:]/.test(reference) ? [reference] : [];
}

function readImage(inspected: Inspected, entry: Descriptor): ImportImage {
  const found: Gathered = {
    manifests: new Map(),
    blobs: new Map(),
    broken: new Set(),
    absent: new Set(),
    missing: [],
  };
  const isWhole = gather(inspected, entry.digest, found, 0);
  if (!isWhole) {
    const [first] = found.missing;
    throw new ArchiveError(
      `it is not whole: ${shown(first === undefined ? entry.digest : blobPath(first))} is not in it`,
    );
  }
  const pushedTo = entry.annotations?.[ANNOTATIONS.pushedTo];
  return {
    names: [],
    pushedTo: pushedTo !== undefined && isRepository(pushedTo) ? pushedTo : undefined,
    root: entry.digest,
    manifests: [...found.manifests.values()],
    blobs: [...found.blobs.values()],
    absent: [...found.absent],
  };
}

interface Gathered {
  readonly manifests: Map<Digest, ImportManifest>;
  readonly blobs: Map<Digest, SeenFile>;
  /** Manifests that are not whole. */
  readonly broken: Set<Digest>;
  readonly absent: Set<string>;
  readonly missing: Digest[];
}

/** Takes a manifest and what it names; whether it is whole. Of an index, what is not whole is left out. */
function gather(inspected: Inspected, digest: Digest, found: Gathered, depth: number): boolean {
  if (found.manifests.has(digest)) return true;
  if (found.broken.has(digest)) return false;
  const file = inspected.file(blobPath(digest));
  const manifest = file === undefined ? undefined : manifestIn(file);
  if (manifest === undefined) found.missing.push(digest);
  const isWhole = manifest !== undefined && gatherNamed(inspected, manifest, found, depth);
  // After what it names, so that it is stored after it.
  if (isWhole) found.manifests.set(digest, manifest);
  else found.broken.add(digest);
  return isWhole;
}

function gatherNamed(inspected: Inspected, image: ImportManifest, found: Gathered, depth: number): boolean {
  if (image.manifest.kind === 'index') return gatherIndex(inspected, image, found, depth);
  const { config, layers } = image.manifest;
  const named = [
    ...(config === undefined ? [] : [config]),
    ...layers.filter(({ urls }) => urls === undefined),
  ];
  const blobs = named.map((blob) => ({ blob, seen: inspected.file(blobPath(blob.digest)) }));
  const lacking = blobs.filter(({ seen }) => seen === undefined).map(({ blob }) => blob.digest);
  found.missing.push(...lacking);
  if (lacking.length > 0) return false;
  for (const { blob, seen } of blobs) {
    if (seen === undefined) continue;
    if (seen.size !== blob.size) {
      throw new ArchiveError(
        `${shown(seen.path)} has ${seen.size} bytes, and its manifest says ${blob.size}`,
      );
    }
    found.blobs.set(blob.digest, seen);
  }
  return true;
}

function gatherIndex(inspected: Inspected, index: ImportManifest, found: Gathered, depth: number): boolean {
  if (depth >= DEPTH_LIMIT) throw new ArchiveError(`${index.digest} is an index in an index in an index…`);
  let isAnyWhole = index.manifest.manifests.length === 0;
  for (const { digest, platform } of index.manifest.manifests) {
    const isWhole = gather(inspected, digest, found, depth + 1);
    const isImage = platform?.os !== 'unknown';
    isAnyWhole ||= isWhole && isImage;
    if (!isWhole && isImage && platform !== undefined) found.absent.add(shownPlatform(platform));
  }
  return isAnyWhole;
}
