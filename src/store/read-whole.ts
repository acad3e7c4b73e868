import { createHash } from 'node:crypto';
import { algorithmOf, type Digest } from '../oci/digest.js';
import type { BlobHandle, Blobs } from './port.js';

/** Largest manifest that is read from the store or an upstream, bytes. */
export const MANIFEST_LIMIT = 8 * 1024 * 1024;

/** Small content, such as a manifest, and whether it is what its digest says. */
export type WholeContent = { readonly bytes: Buffer } | 'damaged';

/**
 * Reads small content and checks it against its digest.
 * @returns undefined when it is not here, or larger than any manifest that is served
 */
export async function readWhole(blobs: Blobs, digest: Digest): Promise<WholeContent | undefined> {
  const handle = await blobs.open(digest);
  if (handle === undefined) return undefined;
  try {
    if (handle.size > MANIFEST_LIMIT) return undefined;
    const bytes = await readAll(handle);
    return digestOf(bytes, digest) === digest ? { bytes } : 'damaged';
  } finally {
    await handle.close();
  }
}

/** The digest of bytes, by the algorithm of another one. */
export function digestOf(bytes: Uint8Array, like: Digest): Digest {
  const algorithm = algorithmOf(like);
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

async function readAll(handle: BlobHandle): Promise<Buffer> {
  const bytes = Buffer.alloc(handle.size);
  let position = 0;
  while (position < bytes.length) {
    const length = await handle.read(bytes.subarray(position), position);
    if (length === 0) break;
    position += length;
  }
  return bytes.subarray(0, position);
}
