import { createHash } from 'node:crypto';
import { algorithmOf, type Digest } from '../../oci/digest.js';
import type { Blobs } from '../../store/port.js';
import { ImageError } from '../archive-error.js';
import type { Compressor } from '../compressor.js';
import { MAGIC_LENGTH, packingOf } from '../decompress.js';
import { END, padding, tarHeader } from '../tar/write-header.js';
import { damaged } from './load-manifest.js';
import type { ArchivePlan } from './plan.js';

/** How much of a blob is read at once, bytes. */
const CHUNK = 512 * 1024;

/** One that is read into, one that is checked, one that is written. */
type Buffers = readonly [Buffer, Buffer, Buffer];

function buffer(): Buffer {
  return Buffer.allocUnsafe(CHUNK);
}

/**
 * Writes the members of an archive, reading each blob once and checking it on the way.
 * @param onBytes is told how many bytes of the members were written
 * @throws ImageError when a blob is missing or damaged; then what was written is worth nothing
 */
export async function writePlan(
  plan: ArchivePlan,
  blobs: Blobs,
  output: Compressor,
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes: (count: number) => void },
): Promise<void> {
  const buffers: Buffers = [buffer(), buffer(), buffer()];
  for (const member of plan.members) {
    signal.throwIfAborted();
    if ('bytes' in member) {
      const { path, bytes } = member;
      const whole = Buffer.concat([tarHeader(path, bytes.length), bytes, padding(bytes.length)]);
      await output.write(whole, false);
      onBytes(bytes.length);
    } else {
      await output.write(tarHeader(member.path, member.size), false);
      await writeBlob(member.blob, member.size, blobs, buffers, async (chunk, packed) => {
        signal.throwIfAborted();
        await output.write(chunk, packed);
        onBytes(chunk.length);
      });
      await output.write(padding(member.size), false);
    }
  }
  await output.write(END, false);
  await output.end();
}

/** Checks one piece while the one before is written and the next one is read. */
async function writeBlob(
  digest: Digest,
  size: number,
  blobs: Blobs,
  buffers: Buffers,
  write: (chunk: Buffer, packed: boolean) => Promise<void>,
): Promise<void> {
  const handle = await blobs.open(digest);
  if (handle === undefined) throw new ImageError(`${digest} was removed meanwhile`, { retryable: true });
  let writing = Promise.resolve();
  let reading = Promise.resolve(0);
  try {
    if (handle.size !== size) throw damaged(digest);
    const hash = createHash(algorithmOf(digest));
    let packed = false;
    let [current, next, other] = buffers;
    reading = handle.read(current, 0);
    for (let position = 0; position < size; [current, next, other] = [next, other, current]) {
      const length = await reading;
      if (length === 0) throw damaged(digest);
      const chunk = current.subarray(0, length);
      if (position === 0) packed = packingOf(chunk.subarray(0, MAGIC_LENGTH)) !== undefined;
      position += length;
      reading = handle.read(next, position);
      // Awaited in the next round, unless something else fails before that; so is what is written.
      reading.catch(() => undefined);
      hash.update(chunk);
      await writing;
      writing = write(chunk, packed);
      writing.catch(() => undefined);
    }
    await writing;
    if (`${algorithmOf(digest)}:${hash.digest('hex')}` !== digest) throw damaged(digest);
  } finally {
    await reading.catch(() => undefined);
    await handle.close();
  }
}
