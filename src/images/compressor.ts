import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, type InputType, type ZlibOptions } from 'node:zlib';
import { startFilter } from '../host/exec.js';

/** How an archive is compressed. */
export type Compression = 'gzip' | 'zstd' | 'none';

/** What the names of archives end in. */
export const EXTENSIONS: Readonly<Record<Compression, string>> = {
  gzip: '.tar.gz',
  zstd: '.tar.zst',
  none: '.tar',
};

/** Where compressed bytes go; a chunk is good until the promise resolves. */
export type Sink = (chunk: Buffer) => Promise<void>;

/** Compresses what is written to it, chunk by chunk, the same bytes for the same chunks. */
export interface Compressor {
  /**
   * Resolves when the chunk may be used again.
   * @param packed whether the bytes are compressed already: then gzip only wraps them, which is many times as fast and hardly larger
   */
  write(chunk: Buffer, packed: boolean): Promise<void>;
  /** Resolves when the last byte is in the sink. */
  end(): Promise<void>;
  /** Gives up. */
  destroy(): void;
}

const deflate = promisify<InputType, ZlibOptions, Buffer>(deflateRaw);

/** Makes a compressor. */
export async function createCompressor(
  compression: Compression,
  sink: Sink,
  signal: AbortSignal,
): Promise<Compressor> {
  if (compression === 'none') {
    return { write: sink, end: async () => undefined, destroy: () => undefined };
  }
  return compression === 'gzip' ? await gzipTo(sink) : await zstdTo(sink, signal);
}

/**
 * The header of RFC 1952 with no name and no time. The last byte, 255, is an operating system that is not known, so that an archive is
 * the same everywhere.
 */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/** The last block (RFC 1951, 3.2.4): stored, and empty. */
const LAST_BLOCK = Buffer.from([1, 0, 0, 0xff, 0xff]);

/** Most bytes of a stored block. */
const STORED_LIMIT = 65_535;

/**
 * Each chunk is blocks of its own, which refer to nothing before them: so the bytes depend on the chunks alone, and what is packed can stand
 * between them as it is. A stream of zlib whose level is changed on the way does not always give the same bytes.
 */
async function gzipTo(sink: Sink): Promise<Compressor> {
  let checksum = 0;
  let size = 0;
  await sink(GZIP_HEADER);
  return {
    async write(chunk, packed) {
      if (chunk.length === 0) return;
      checksum = crc32(chunk, checksum);
      size += chunk.length;
      await sink(packed ? storedBlocks(chunk) : await deflated(chunk));
    },
    async end() {
      const trailer = Buffer.alloc(8);
      trailer.writeUInt32LE(checksum, 0);
      // Modulo 2^32, as RFC 1952 has it.
      trailer.writeUInt32LE(size % 2 ** 32, 4);
      await sink(Buffer.concat([LAST_BLOCK, trailer]));
    },
    destroy: () => undefined,
  };
}

/** Blocks of RFC 1951, 3.2.4: a header of five bytes, then the bytes themselves. */
function storedBlocks(chunk: Buffer): Buffer {
  const count = Math.ceil(chunk.length / STORED_LIMIT);
  const blocks = Buffer.allocUnsafe(chunk.length + 5 * count);
  for (let start = 0, at = 0; start < chunk.length; start += STORED_LIMIT) {
    const length = Math.min(STORED_LIMIT, chunk.length - start);
    at = blocks.writeUInt8(0, at);
    at = blocks.writeUInt16LE(length, at);
    at = blocks.writeUInt16LE(0xffff - length, at);
    at += chunk.copy(blocks, at, start, start + length);
  }
  return blocks;
}

function deflated(chunk: Buffer): Promise<Buffer> {
  return deflate(chunk, { finishFlush: constants.Z_FULL_FLUSH });
}

async function zstdTo(sink: Sink, signal: AbortSignal): Promise<Compressor> {
  // One thread for the work: who archives by night leaves the other processors to those who pull.
  const { input, output, ended } = await startFilter('zstd', ['-q', '-3', '-T1', '-c'], signal);
  const drained = drain(output, sink).then(() => ended);
  drained.catch(() => undefined);
  // A program that ends early breaks the pipe; its own error says why.
  input.on('error', () => undefined);
  return {
    write: (chunk) => orFailureOf(drained, () => writeTo(input, chunk)),
    async end() {
      input.end();
      await drained;
    },
    destroy() {
      input.destroy();
      output.destroy();
    },
  };
}

function drain(stream: Readable, sink: Sink): Promise<void> {
  const drained = (async () => {
    for await (const chunk of stream) await sink(chunk as Buffer);
  })();
  // Seen by who writes next, or ends it.
  drained.catch(() => undefined);
  return drained;
}

/** When writing fails because the other end failed, that one's error is thrown. */
async function orFailureOf(drained: Promise<void>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await drained;
    throw error;
  }
}

async function writeTo(stream: Writable, chunk: Buffer): Promise<void> {
  if (stream.destroyed) throw new Error('the stream was closed');
  await new Promise<void>((resolve, reject) => {
    stream.write(chunk, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
  if (stream.writableNeedDrain) await once(stream, 'drain');
}
