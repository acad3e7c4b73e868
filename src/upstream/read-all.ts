import type { Readable } from 'node:stream';

/**
 * Reads a body into memory, counting while it reads.
 * @throws what `tooLarge` makes, as soon as there are more than `limit` bytes
 */
export async function readAll(body: Readable, limit: number, tooLarge: () => Error): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += (chunk as Buffer).length;
    if (bytes > limit) throw tooLarge(); // Leaving the loop destroys the body.
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, bytes);
}
