import type { Digest } from '../../oci/digest.js';
import { type Manifest, parseManifest } from '../../oci/manifest.js';
import type { Blobs } from '../../store/port.js';
import { readWhole } from '../../store/read-whole.js';
import { ImageError } from '../archive-error.js';

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
  const content = await readWhole(blobs, digest);
  if (content === undefined) return undefined;
  if (content === 'damaged') throw damaged(digest);
  return { digest, bytes: content.bytes, manifest: parseManifest(content.bytes) };
}

/** The error for content that is not what its digest says. */
export function damaged(digest: Digest): ImageError {
  return new ImageError(`${digest} is damaged on this disk`, {
    hint: 'pull the image through the mirror, which puts damaged content aside and fetches it again',
  });
}
