import { createHash, type Hash } from 'node:crypto';
import { algorithmOf, type Digest } from '../../oci/digest.js';
import { DigestMismatchError } from '../errors.js';

/** Bytes that only grow. */
export class GrowingBytes {
  #buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(length, this.#buffer.length * 2));
      larger.set(this.bytes());
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = length;
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  hash(digest: Digest): Hash {
    return createHash(algorithmOf(digest)).update(this.bytes());
  }

  /** @throws DigestMismatchError */
  verify(digest: Digest): void {
    verifyBytes(digest, this.bytes());
  }
}

/** @throws DigestMismatchError when the bytes are not those the digest names */
export function verifyBytes(digest: Digest, bytes: Uint8Array): void {
  const algorithm = algorithmOf(digest);
  const actual = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
  if (actual !== digest) throw new DigestMismatchError(digest, actual, bytes.length);
}

/** Copies from `position` into the buffer, as `read(2)` does. */
export function readBytes(bytes: Buffer, buffer: Buffer, position: number): number {
  return position >= bytes.length ? 0 : bytes.copy(buffer, 0, position);
}
