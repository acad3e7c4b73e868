/** Most bytes of a block (RFC 8878, 3.1.1.2.3). */
const BLOCK_LIMIT = 128 * 1024;

/** RFC 8878, 3.1.1 */
const MAGIC = 0xfd2fb528;

/** A size of four bytes follows, and the window is as large as the content: no checksum, no dictionary (RFC 8878, 3.1.1.1.1). */
const DESCRIPTOR = 0b1010_0000;

/** Bytes of a frame's header, and of a block's. */
const FRAME_HEADER = 9;
const BLOCK_HEADER = 3;

/**
 * A frame of Zstandard that holds bytes as they are, in raw blocks (RFC 8878, 3.1.1.2.2). Frames stand one after the other in a file,
 * those of another compressor among them.
 * @param bytes at most 2^32 - 1, as decoders may refuse large windows far fewer
 */
export function rawFrame(bytes: Buffer): Buffer {
  const blocks = Math.max(1, Math.ceil(bytes.length / BLOCK_LIMIT));
  const frame = Buffer.allocUnsafe(FRAME_HEADER + blocks * BLOCK_HEADER + bytes.length);
  frame.writeUInt32LE(MAGIC, 0);
  frame.writeUInt8(DESCRIPTOR, 4);
  let at = frame.writeUInt32LE(bytes.length, 5);
  for (let block = 0; block < blocks; block += 1) {
    const start = block * BLOCK_LIMIT;
    const end = Math.min(bytes.length, start + BLOCK_LIMIT);
    // Whether it is the last one, two bits of a type that is 0, and the size.
    at = frame.writeUIntLE(((end - start) << 3) | (block === blocks - 1 ? 1 : 0), at, BLOCK_HEADER);
    at += bytes.copy(frame, at, start, end);
  }
  return frame;
}
