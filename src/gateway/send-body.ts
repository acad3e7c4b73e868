import { createHash, type Hash } from 'node:crypto';
import { algorithmOf, type Digest } from '../oci/digest.js';
import type { ByteRange } from '../oci/range.js';
import { DigestMismatchError } from '../store/errors.js';
import type { BodyWriter } from './body-writer.js';
import type { BufferPool } from './buffer-pool.js';
import { HELD_BACK } from './growth.js';

/** Something that can be read at any position. */
export interface Readable {
  read(buffer: Buffer, position: number): Promise<number>;
}

/**
 * Sends bytes read from the store: the next read runs while the last one is being written, in two buffers of the pool.
 * @param inspect sees each piece before it is sent, and may throw to keep it from being sent
 * @throws ClientGoneError, or what reading throws; the body is incomplete then
 */
export async function sendReads(
  writer: BodyWriter,
  pool: BufferPool,
  source: Readable,
  range: ByteRange,
  inspect?: (piece: Buffer, position: number) => void,
): Promise<void> {
  const buffers = [pool.take(), pool.take()] as const;
  let position = range.start;
  for (let turn = 0; position <= range.end; turn += 1) {
    const buffer = buffers[turn % 2] as Buffer;
    const wanted = Math.min(buffer.length, range.end + 1 - position);
    const piece = wanted === buffer.length ? buffer : buffer.subarray(0, wanted);
    const length = await source.read(piece, position);
    if (length === 0) throw new Error(`the stored content ends at ${position}, before ${range.end + 1}`);
    const bytes = length === piece.length ? piece : piece.subarray(0, length);
    inspect?.(bytes, position);
    await writer.write(bytes);
    position += length;
  }
  await writer.flush();
  // Not in a finally: a socket that is being torn down may still hold the buffers.
  for (const buffer of buffers) pool.give(buffer);
}

/** An `inspect` for `sendReads` that hashes a whole body and refuses its last piece when the digest is another (I1). */
export function hashingInspector(
  digest: Digest,
  size: number,
  onVerified: () => void,
): (piece: Buffer, position: number) => void {
  const hash = createHash(algorithmOf(digest));
  return (piece, position) => {
    hash.update(piece);
    if (position + piece.length < size) return;
    check(hash, digest, size);
    onVerified();
  };
}

/**
 * Sends bytes that come from an upstream and are not stored. With a hash over all bytes before them, the end is held back
 * until the whole is verified (I1); without one, it is a range, which nobody takes for the whole.
 * @throws ClientGoneError, UpstreamError, DigestMismatchError; the body is incomplete then
 */
export async function sendChunks(
  writer: BodyWriter,
  batches: AsyncIterable<readonly Buffer[]>,
  verify?: { readonly hash: Hash; readonly digest: Digest },
): Promise<void> {
  let held: Buffer = Buffer.alloc(0);
  let size = 0;
  for await (const batch of batches) {
    for (const { length } of batch) size += length;
    if (verify === undefined) {
      await writer.write(...batch);
      continue;
    }
    for (const chunk of batch) verify.hash.update(chunk);
    const all = Buffer.concat([held, ...batch]);
    const ready = Math.max(0, all.length - HELD_BACK);
    held = all.subarray(ready);
    if (ready > 0) await writer.write(all.subarray(0, ready));
  }
  if (verify !== undefined) {
    check(verify.hash, verify.digest, size);
    if (held.length > 0) await writer.write(held);
  }
  await writer.flush();
}

function check(hash: Hash, digest: Digest, size: number): void {
  const actual = `${algorithmOf(digest)}:${hash.digest('hex')}`;
  if (actual !== digest) throw new DigestMismatchError(digest, actual, size);
}
