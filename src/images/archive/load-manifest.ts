import { createHash } from 'node:crypto';
import { algorithmOf, type Digest } from '../../oci/digest.js';
import { type Manifest, parseManifest } from '../../oci/manifest.js';
import type { Blobs } from '../../store/port.js';
import { ImageError } from '../archive-error.js';

/** Largest manifest that the mirror takes, bytes. */
const MANIFEST_LIMIT = 8 * 1024 * 1024;

/** A manifest out of the store: its bytes, which count, and what they say. */
export interface LoadedManifest {
  readonly digest: Digest;
  readonly bytes: Buffer;
  readonly manifest: Manifest;
}

/**
 * Reads and checks a manifest; undefined when it is not here.
 * @throws ImageError when it is damaged, OciError when it is none
 */
export async function loadManifest(blobs: Blobs, digest: Digest): Promise<LoadedManifest | undefined> {
  const handle = await blobs.open(digest);
  if (handle === undefined) return undefined;
  try {
    const bytes = Buffer.alloc(Math.min(handle.size, MANIFEST_LIMIT));
    for (let position = 0; position < bytes.length; ) {
      const length = await handle.read(bytes.subarray(position), position);
      if (length === 0) break;
      position += length;
    }
    if (digestOf(bytes, digest) !== digest) throw damaged(digest);
    return { digest, bytes, manifest: parseManifest(bytes) };
  } finally {
    await handle.close();
  }
}

/** The digest of bytes, by the algorithm of another one. */
export function digestOf(bytes: Uint8Array, like: Digest): Digest {
  const algorithm = algorithmOf(like);
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

/** The error for content that is not what its digest says. */
export function damaged(digest: Digest): ImageError {
  return new ImageError(`${digest} is damaged on this disk`, {
    hint: 'pull the image through the mirror, which puts damaged content aside and fetches it again',
  });
}
