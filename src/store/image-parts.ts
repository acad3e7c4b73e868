import type { Digest } from '../oci/digest.js';
import type { Descriptor, Manifest, Platform } from '../oci/manifest.js';
import { ownBlobs } from '../oci/own-blobs.js';
import { formatPlatform, selectPlatform } from '../oci/platform.js';
import { mapAhead } from './distribution/limit.js';

/** Indexes in indexes that are followed; nobody makes more than one. */
const DEPTH = 4;
/** Manifests of one index that are looked for at once. */
const AHEAD = 16;
/** The platform of an image that names none. */
const ANY = 'any';

/** What the parts of an image are looked for in: a repository, under one name or two. */
export interface Shelf {
  /** The manifest of that digest, when it is given out by that digest; undefined when it is not here, damaged, or no manifest. */
  manifest(digest: Digest): Promise<Manifest | undefined>;
  /** Bytes of each of the blobs, in that order; undefined for one that is not given out. */
  blobSizes(digests: readonly Digest[]): Promise<readonly (number | undefined)[]>;
}

/** What of an image for one platform is here, and what is not. */
export interface PlatformParts {
  /** `os/architecture[/variant]`; `any` for an image that is in no index, or in one that does not say. */
  readonly platform: string;
  /** Of its manifest, or of the index that is to name it and is not here; undefined when there is no image for that platform. */
  readonly digest: Digest | undefined;
  readonly manifestHeld: boolean;
  /** Config and layers that are here, each once. */
  readonly held: readonly Descriptor[];
  /** How many of these are layers: who only looked at an image left none. */
  readonly layersHeld: number;
  /** What an upstream has to give before the image can be pulled: its config and layers, or its manifest, whose parts nobody knows then. */
  readonly missing: readonly Descriptor[];
}

/** What of an image is here. */
export interface ImageParts {
  readonly digest: Digest;
  /** Whether its own manifest or index is not here; then nothing is known of platforms. */
  readonly rootMissing: boolean;
  readonly platforms: readonly PlatformParts[];
}

/**
 * Finds out what of an image is here. Layers that are to be had elsewhere (`urls`) do not count, and a blob of another size than its
 * descriptor says is not here. Nothing is hashed but manifests.
 * @param wanted platforms, for each of which the image that an engine would choose is looked at; `all`: every image of an index but
 *   for what is attached to images under `unknown/unknown`. An image in no index is for any platform, and is looked at once
 */
export async function findParts(
  shelf: Shelf,
  digest: Digest,
  wanted: readonly Platform[] | 'all',
): Promise<ImageParts> {
  const root = await shelf.manifest(digest);
  if (root === undefined) return { digest, rootMissing: true, platforms: [] };
  const search = new Search(shelf);
  if (root.kind === 'image') {
    return { digest, rootMissing: false, platforms: [await search.image(ANY, digest, root)] };
  }
  const platforms =
    wanted === 'all'
      ? await search.all(root, ANY, 1)
      : await Promise.all(wanted.map((platform) => search.one(root, platform)));
  return { digest, rootMissing: false, platforms };
}

/** Whether an image can be pulled for a platform with every upstream off. */
export function isServable({ digest, manifestHeld, missing }: PlatformParts): boolean {
  return digest !== undefined && manifestHeld && missing.length === 0;
}

function nothingFor(platform: string): PlatformParts {
  return { platform, digest: undefined, manifestHeld: false, held: [], layersHeld: 0, missing: [] };
}

class Search {
  readonly #sizes = new Map<Digest, number | undefined>();
  /** An index that is named again is not followed again, or a few small ones could keep the mirror busy for ever. */
  readonly #followed = new Set<Digest>();

  constructor(private readonly shelf: Shelf) {}

  /** Every image of an index, and of the indexes in it. */
  async all(index: Manifest, outer: string, depth: number): Promise<PlatformParts[]> {
    const entries = index.manifests.filter(({ platform }) => platform?.os !== 'unknown');
    const parts: PlatformParts[] = [];
    for await (const { entry, manifest } of mapAhead(entries, AHEAD, (each) => this.#read(each))) {
      const platform = entry.platform === undefined ? outer : formatPlatform(entry.platform);
      if (manifest?.kind !== 'index') {
        parts.push(await this.#entry(platform, entry, manifest));
      } else if (depth === DEPTH) {
        parts.push(nothingFor(platform));
      } else if (!this.#followed.has(entry.digest)) {
        this.#followed.add(entry.digest);
        for (const inner of await this.all(manifest, platform, depth + 1)) parts.push(inner);
      }
    }
    return parts;
  }

  /** The image that an engine of that platform takes. */
  async one(root: Manifest, wanted: Platform): Promise<PlatformParts> {
    const platform = formatPlatform(wanted);
    let index = root;
    for (let depth = 1; depth <= DEPTH; depth += 1) {
      const entry = selectPlatform(index.manifests, wanted);
      if (entry === undefined) break;
      const manifest = await this.shelf.manifest(entry.digest);
      if (manifest?.kind !== 'index') return await this.#entry(platform, entry, manifest);
      index = manifest;
    }
    return nothingFor(platform);
  }

  async image(platform: string, digest: Digest, manifest: Manifest): Promise<PlatformParts> {
    const blobs = ownBlobs(manifest);
    await this.#learnSizes(blobs);
    const isHeld = (blob: Descriptor) => this.#sizes.get(blob.digest) === blob.size;
    const held = blobs.filter(isHeld);
    const missing = blobs.filter((blob) => !isHeld(blob));
    const layersHeld = held.filter((blob) => blob !== manifest.config).length;
    return { platform, digest, manifestHeld: true, held, layersHeld, missing };
  }

  async #entry(platform: string, entry: Descriptor, manifest: Manifest | undefined): Promise<PlatformParts> {
    if (manifest !== undefined) return await this.image(platform, entry.digest, manifest);
    return { platform, digest: entry.digest, manifestHeld: false, held: [], layersHeld: 0, missing: [entry] };
  }

  async #read(entry: Descriptor) {
    return { entry, manifest: await this.shelf.manifest(entry.digest) };
  }

  /** Platforms have layers in common. */
  async #learnSizes(blobs: readonly Descriptor[]): Promise<void> {
    const unknown = [...new Set(blobs.map(({ digest }) => digest))].filter((each) => !this.#sizes.has(each));
    const sizes = await this.shelf.blobSizes(unknown);
    for (const [position, digest] of unknown.entries()) this.#sizes.set(digest, sizes[position]);
  }
}
