import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { constants, crc32, createDeflateRaw, type DeflateRaw } from 'node:zlib';
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

/** Bytes that come out of a compressor at once. */
const CHUNK = 256 * 1024;

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

async function gzipTo(sink: Sink): Promise<Compressor> {
  const stream = createDeflateRaw({ chunkSize: CHUNK });
  let level: number = constants.Z_DEFAULT_COMPRESSION;
  let checksum = 0;
  let size = 0;
  await sink(GZIP_HEADER);
  const drained = drain(stream, sink);
  return {
    async write(chunk, packed) {
      const wanted = packed ? constants.Z_NO_COMPRESSION : constants.Z_DEFAULT_COMPRESSION;
      checksum = crc32(chunk, checksum);
      size += chunk.length;
      await orFailureOf(drained, async () => {
        if (wanted !== level) await setLevel(stream, wanted);
        level = wanted;
        await writeTo(stream, chunk);
      });
    },
    async end() {
      stream.end();
      await drained;
      const trailer = Buffer.alloc(8);
      trailer.writeUInt32LE(checksum, 0);
      // Modulo 2^32, as RFC 1952 has it.
      trailer.writeUInt32LE(size % 2 ** 32, 4);
      await sink(trailer);
    },
    destroy: () => void stream.destroy(),
  };
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

function setLevel(stream: DeflateRaw, level: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error('the stream was closed'));
    // What `params` calls back does not come when the stream is closed meanwhile.
    stream.once('close', closed);
    stream.params(level, constants.Z_DEFAULT_STRATEGY, () => {
      stream.off('close', closed);
      resolve();
    });
  });
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
