import { createCipheriv, createHash } from 'node:crypto';
import { DOCKER_MANIFEST } from '#src/oci/media-type.js';
import type { Sizes } from './sizes.js';

/** A blob the upstream serves: its bytes are the parts, one after the other. */
export interface SourceBlob {
  readonly digest: string;
  readonly size: number;
  readonly parts: readonly Buffer[];
}

/** Names a blob without its bytes. */
export interface BlobName {
  readonly repository: string;
  readonly digest: string;
  readonly size: number;
}

/** What the upstream has, as its clients need to know it. */
export interface Catalog {
  readonly image: {
    readonly repository: string;
    readonly tag: string;
    readonly manifest: BlobName;
    /** The config and the layers. */
    readonly blobs: readonly BlobName[];
    /** Bytes of manifest, config and layers: each counted once. */
    readonly unique: number;
  };
  readonly big: BlobName;
  readonly small: readonly BlobName[];
  readonly distinct: readonly BlobName[];
  /** Images of a shelf, as they are named: `library/shelf-0:1`. */
  readonly shelf: readonly string[];
}

/** Many images of the same size, no two of which have a blob in common. */
export interface ShelfSizes {
  readonly images: number;
  /** Bytes of the layers of each. */
  readonly layers: readonly number[];
}

/** What the upstream serves from, all of it in memory, so that no disk of its own is measured. */
export interface Content {
  readonly catalog: Catalog;
  readonly manifest: Buffer;
  readonly blobs: ReadonlyMap<string, SourceBlob>;
  /** The manifests of a shelf, by `REPOSITORY/TAG` and `REPOSITORY/DIGEST`. */
  readonly shelf: ReadonlyMap<string, SourceBlob>;
}

const PIECE = 4 * 1024 * 1024;
const HEAD = 1024;
const IMAGE = 'library/bench';
const TAG = '1';

/** Makes the images and blobs: the same seed and sizes give the same digests. All blobs are windows on one buffer. */
export function makeContent(
  seed: string,
  sizes: Sizes,
  shelfSizes: ShelfSizes = { images: 0, layers: [] },
): Content {
  const layerBytes = sizes.layers.reduce((sum, size) => sum + size, 0);
  const base = pseudoRandom(
    seed,
    Math.max(sizes.big, layerBytes, sizes.small.count * sizes.small.size, ...shelfSizes.layers),
  );
  const blobs = new Map<string, SourceBlob>();
  function add(repository: string, ...parts: Buffer[]): BlobName {
    const blob = describe(parts);
    blobs.set(blob.digest, blob);
    return { repository, digest: blob.digest, size: blob.size };
  }

  let offset = 0;
  const layers = sizes.layers.map((size) => {
    offset += size;
    return add(IMAGE, base.subarray(offset - size, offset));
  });
  const config = add(IMAGE, imageConfig(layers));
  const manifest = imageManifest(config, layers);
  const manifestName = { repository: IMAGE, digest: describe([manifest]).digest, size: manifest.length };
  const shelf = new Map<string, SourceBlob>();
  const names = Array.from({ length: shelfSizes.images }, (_, number) => {
    const repository = `library/shelf-${number}`;
    const own = shelfSizes.layers.map((bytes, layer) => {
      // Its head makes a layer another one, and the rest is what all have, so that the memory for it is needed once.
      const head = pseudoRandom(`${seed}/${number}/${layer}`, Math.min(HEAD, bytes));
      return add(repository, head, base.subarray(head.length, bytes));
    });
    const shelved = describe([imageManifest(add(repository, imageConfig(own)), own)]);
    shelf.set(`${repository}/${TAG}`, shelved);
    shelf.set(`${repository}/${shelved.digest}`, shelved);
    return `${repository}:${TAG}`;
  });
  const { count, size } = sizes.small;
  return {
    manifest,
    blobs,
    shelf,
    catalog: {
      image: {
        repository: IMAGE,
        tag: TAG,
        manifest: manifestName,
        blobs: [config, ...layers],
        unique: manifest.length + config.size + layerBytes,
      },
      big: add('library/big', base.subarray(0, sizes.big)),
      small: Array.from({ length: count }, (_, i) =>
        add('library/first', base.subarray(i * size, (i + 1) * size)),
      ),
      distinct: Array.from({ length: sizes.distinct }, (_, i) => {
        const head = pseudoRandom(`${seed}/${i}`, 64 * 1024);
        return add('library/distinct', head, base.subarray(head.length, sizes.big));
      }),
      shelf: names,
    },
  };
}

/** Bytes that do not compress: the key stream of AES in counter mode, which is fast where the processor has it. */
function pseudoRandom(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(Math.min(size, PIECE));
  const bytes = Buffer.allocUnsafe(size);
  for (let at = 0; at < size; at += PIECE) {
    cipher.update(zeros.subarray(0, Math.min(PIECE, size - at))).copy(bytes, at);
  }
  return bytes;
}

function describe(parts: readonly Buffer[]): SourceBlob {
  const hash = createHash('sha256');
  let size = 0;
  for (const part of parts) {
    hash.update(part);
    size += part.length;
  }
  return { digest: `sha256:${hash.digest('hex')}`, size, parts };
}

function imageConfig(layers: readonly BlobName[]): Buffer {
  const rootfs = { type: 'layers', diff_ids: layers.map((layer) => layer.digest) };
  return Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs }));
}

function imageManifest(config: BlobName, layers: readonly BlobName[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: DOCKER_MANIFEST,
      config: descriptor('application/vnd.docker.container.image.v1+json', config),
      layers: layers.map((layer) => descriptor('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)),
    }),
  );
}

function descriptor(mediaType: string, blob: BlobName) {
  return { mediaType, size: blob.size, digest: blob.digest };
}
