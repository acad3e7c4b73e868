import { MANIFEST_TYPES } from '#src/oci/media-type.js';
import { type Drained, drain } from './drain.js';

/** Accepted media types, as Docker sends them. */
export const ACCEPT = MANIFEST_TYPES.join(', ');

/** Layers fetched at once, as Docker does. */
const PARALLEL = 3;

/** A blob or manifest was not what it should have been. */
function expectWhole(what: string, drained: Drained, size: number, digest: string): void {
  if (drained.status !== 200) throw new Error(`${what}: status ${drained.status}`);
  if (drained.size !== size) throw new Error(`${what}: ${drained.size} bytes instead of ${size}`);
  if (drained.digest !== undefined && drained.digest !== digest) {
    throw new Error(`${what}: the bytes are those of ${drained.digest}`);
  }
}

/** Where an image is pulled from. */
export interface PullFrom {
  readonly port: number;
  readonly repository: string;
  readonly tag: string;
  /** Check every digest; not while measuring. */
  readonly hash?: boolean;
}

/**
 * Pulls an image as Docker does: the manifest by its tag, then the config and the layers, three at a time.
 * @returns body bytes received
 * @throws Error when something is missing or incomplete
 */
export async function pull({ port, repository, tag, hash = false }: PullFrom): Promise<number> {
  const path = `/v2/${repository}/manifests/${tag}`;
  const manifest = await drain({ port, path, accept: ACCEPT, keep: true });
  if (manifest.status !== 200) throw new Error(`${path}: status ${manifest.status}`);
  const { config, layers } = JSON.parse(manifest.body?.toString() ?? '') as {
    config: { digest: string; size: number };
    layers: { digest: string; size: number }[];
  };
  const waiting = [config, ...layers];
  let bytes = manifest.size;
  async function fetchNext(): Promise<void> {
    for (let blob = waiting.shift(); blob !== undefined; blob = waiting.shift()) {
      await fetchBlob({ port, repository, digest: blob.digest, size: blob.size, hash });
      bytes += blob.size;
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, fetchNext));
  return bytes;
}

/** Where a blob is fetched from. */
export interface BlobFrom {
  readonly port: number;
  readonly repository: string;
  readonly digest: string;
  readonly size: number;
  readonly hash?: boolean;
}

/**
 * Fetches a blob.
 * @throws Error when it is missing or incomplete, or, when asked to hash, another one
 */
export async function fetchBlob({
  port,
  repository,
  digest,
  size,
  hash = false,
}: BlobFrom): Promise<Drained> {
  const path = `/v2/${repository}/blobs/${digest}`;
  const drained = await drain({ port, path, hash });
  expectWhole(path, drained, size, digest);
  return drained;
}
