import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, type InputType, type ZlibOptions } from 'node:zlib';
import type { Compressor, Sink } from '../compressor.js';

const deflate = promisify<InputType, ZlibOptions, Buffer>(deflateRaw);

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
export async function gzipTo(sink: Sink): Promise<Compressor> {
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
