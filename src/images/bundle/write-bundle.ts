import { createHash } from 'node:crypto';
import { algorithmOf, type Digest } from '../../oci/digest.js';
import type { Blobs } from '../../store/port.js';
import { damaged } from '../archive/load-manifest.js';
import { ImageError } from '../archive-error.js';
import { END, padding, tarHeader } from '../tar/write-header.js';
import { LAYOUT_FILE } from './layout-index.js';
import { INDEX_MEMBER, LAYOUT_MEMBER, LIST_MEMBER, type PlacedMembers, SIGNATURE_MEMBER } from './members.js';
import type { BundleOutput } from './output.js';

/** How much of a blob is read at once, bytes. */
const CHUNK = 1024 * 1024;

/** Everything in front of the content. */
export function frontOf(list: Buffer, signature: Buffer, index: Buffer): Buffer {
  const members: readonly (readonly [string, Buffer])[] = [
    [LIST_MEMBER, list],
    [SIGNATURE_MEMBER, signature],
    [LAYOUT_MEMBER, LAYOUT_FILE],
    [INDEX_MEMBER, index],
  ];
  return Buffer.concat(
    members.flatMap(([path, bytes]) => [tarHeader(path, bytes.length), bytes, padding(bytes.length)]),
  );
}

/**
 * Writes the content of a bundle, reading each blob once and checking it on the way.
 * @param from where to begin, at the end of a member
 * @param onBytes is told how many bytes of the bundle were written
 * @throws ImageError when a blob is missing or damaged; what was written until then is right, up to the last whole member
 */
export async function writeContent(
  { members }: PlacedMembers,
  from: number,
  blobs: Blobs,
  output: BundleOutput,
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes: (count: number) => void },
): Promise<void> {
  const buffers = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)] as const;
  async function write(bytes: Buffer): Promise<void> {
    signal.throwIfAborted();
    await output.append(bytes);
    onBytes(bytes.length);
  }
  for (const { digest, path, size, start } of members) {
    if (digest === undefined || start < from) continue;
    await write(tarHeader(path, size));
    await writeBlob(digest, size, blobs, buffers, write);
    if (size % 512 !== 0) await write(padding(size));
  }
  await write(END);
}

/** Reads and checks one half while the other one is written. */
async function writeBlob(
  digest: Digest,
  size: number,
  blobs: Blobs,
  buffers: readonly [Buffer, Buffer],
  write: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  const handle = await blobs.open(digest);
  if (handle === undefined) {
    throw new ImageError(`${digest} was removed from the mirror meanwhile`, {
      hint: 'run it again',
      retryable: true,
    });
  }
  let writing = Promise.resolve();
  try {
    if (handle.size !== size) throw damaged(digest);
    const hash = createHash(algorithmOf(digest));
    let [buffer, other] = buffers;
    for (let position = 0; position < size; [buffer, other] = [other, buffer]) {
      const length = await handle.read(buffer, position);
      if (length === 0) throw damaged(digest);
      const chunk = buffer.subarray(0, length);
      hash.update(chunk);
      await writing;
      writing = write(chunk);
      // Awaited in the next round, unless reading fails before that.
      writing.catch(() => undefined);
      position += length;
    }
    await writing;
    if (`${algorithmOf(digest)}:${hash.digest('hex')}` !== digest) throw damaged(digest);
  } finally {
    await writing.catch(() => undefined);
    await handle.close();
  }
}
