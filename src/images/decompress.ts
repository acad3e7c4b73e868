import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { startFilter } from '../host/exec.js';
import { ArchiveError } from './archive-error.js';

/** What made bytes smaller. */
export type Packing = 'gzip' | 'zstd' | 'xz' | 'bzip2' | 'zip';

/** What the first bytes of a file tell of it. */
const MAGIC: readonly (readonly [kind: Packing, bytes: string])[] = [
  ['gzip', '1f8b'],
  ['zstd', '28b52ffd'],
  ['xz', 'fd377a585a00'],
  ['bzip2', '425a68'],
  ['zip', '504b0304'],
];

/** How many first bytes it takes to tell. */
export const MAGIC_LENGTH = 6;

/** What compressed bytes that begin like this; undefined: nothing that is known. */
export function packingOf(first: Buffer): Packing | undefined {
  const hex = first.toString('hex');
  return MAGIC.find(([, magic]) => hex.startsWith(magic))?.[0];
}

/**
 * The bytes of a file as they were before compression, as its first bytes tell: gzip, zstd (by the program of that name) or none.
 * @throws ArchiveError for another compression; and, while it is read, what is wrong with the bytes
 */
export async function* decompress(
  first: Buffer,
  source: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const kind = packingOf(first);
  if (kind === undefined) yield* source;
  else if (kind === 'gzip') yield* gunzip(source);
  else if (kind === 'zstd') yield* unzstd(source, signal);
  else {
    throw new ArchiveError(`it is compressed by ${kind}`, {
      hint: 'unpack it first; gzip, zstd and none are read',
    });
  }
}

async function* gunzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: 256 * 1024 });
  const fed = pipeline(Readable.from(source), stream);
  // The stream itself throws it too.
  fed.catch(() => undefined);
  for await (const chunk of stream) yield chunk as Buffer;
  await fed;
}

async function* unzstd(source: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { input, output, ended } = await startFilter('zstd', ['-q', '-d', '-c'], signal);
  const fed = pipeline(Readable.from(source), input);
  // When the program ends early, its own error says why.
  fed.catch(() => undefined);
  try {
    for await (const chunk of output) yield chunk as Buffer;
    await ended;
  } finally {
    input.destroy();
    output.destroy();
  }
}
