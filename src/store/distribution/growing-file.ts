import { createHash, type Hash } from 'node:crypto';
import type { Digest, DigestAlgorithm } from '../../oci/digest.js';
import { DigestMismatchError, StoreError } from '../errors.js';
import type { OpenFile } from './open-file.js';

/** Piece in which bytes that are here already are read back for hashing. */
const REREAD = 256 * 1024;

/** A hash together with the number of bytes it covers. */
export interface RunningHash {
  readonly hash: Hash;
  readonly size: number;
}

/**
 * An append-only file with its running hash. The hash runs along with the writes; where it does not cover what is here
 * (bytes of an earlier process, or a write that came to less than it was given), it catches up from the file.
 */
export class GrowingFile {
  readonly #file: OpenFile;
  readonly #algorithm: DigestAlgorithm;
  #offset: number;
  #hash: Hash;
  /** Bytes the hash covers; ahead of the offset while a write is in flight. */
  #hashed: number;
  #catchingUp: Promise<void> | undefined;
  #appending: Promise<void> | undefined;

  /** @param known a hash of the file's first bytes, which are then not read again */
  constructor(file: OpenFile, size: number, algorithm: DigestAlgorithm, known?: RunningHash) {
    this.#file = file;
    this.#algorithm = algorithm;
    this.#offset = size;
    this.#hash = known?.hash ?? createHash(algorithm);
    this.#hashed = known?.size ?? 0;
  }

  /** Bytes that are here. */
  get offset(): number {
    return this.#offset;
  }

  /** Reads what is here, and never what is only half written. */
  read(buffer: Buffer, position: number): Promise<number> {
    return this.#file.read(buffer, position, Math.min(buffer.length, this.#offset - position));
  }

  /** As `read`, in this thread. */
  readNow(buffer: Buffer, position: number): number {
    return this.#file.readNow(buffer, position, Math.min(buffer.length, this.#offset - position));
  }

  append(chunks: readonly Buffer[]): Promise<void> {
    if (this.#appending !== undefined) {
      return Promise.reject(new StoreError('STORE_FAILED', 'two calls append to one file at once'));
    }
    this.#appending = this.#append(chunks).finally(() => {
      this.#appending = undefined;
    });
    return this.#appending;
  }

  async #append(chunks: readonly Buffer[]): Promise<void> {
    const end = this.#offset + lengthOf(chunks);
    if (end === this.#offset) return;
    const inStep = this.#hashed === this.#offset;
    try {
      const writing = this.#file.writeAll(chunks, this.#offset);
      if (inStep) {
        // While another thread writes: the two take about the same time.
        for (const chunk of chunks) this.#hash.update(chunk);
        this.#hashed = end;
      }
      this.#offset += await writing;
      while (this.#offset < end) {
        this.#offset += await this.#file.writeAll(tailOf(chunks, end - this.#offset), this.#offset);
      }
    } finally {
      if (this.#hashed > this.#offset) this.#restartHash();
      else this.catchUp();
    }
  }

  /** A hash cannot go back, so it starts again when it has seen more than was written. */
  #restartHash(): void {
    this.#hash = createHash(this.#algorithm);
    this.#hashed = 0;
  }

  /** Starts hashing in the background what is here and not hashed yet. */
  catchUp(): void {
    if (this.#hashed >= this.#offset) return;
    this.#reread().catch(() => {
      // Whoever needs the hash tries again, and is told.
    });
  }

  /** A copy of the hash over all that is here. */
  async hash(): Promise<Hash> {
    await this.#inStep();
    return this.#hash.copy();
  }

  /** The hash itself, to go on with later: this file must not be used any more. Undefined when it is not in step. */
  release(): RunningHash | undefined {
    if (this.#appending !== undefined || this.#hashed !== this.#offset) return undefined;
    return { hash: this.#hash, size: this.#hashed };
  }

  /**
   * Checks that the bytes here are those the digest names.
   * @throws DigestMismatchError
   */
  async verify(digest: Digest): Promise<void> {
    const hash = await this.hash();
    const actual = `${this.#algorithm}:${hash.digest('hex')}`;
    if (actual !== digest) throw new DigestMismatchError(digest, actual, this.#offset);
  }

  /** Makes sure that the file holds what was counted, and nothing behind it that a failed write left. */
  async trim(): Promise<void> {
    const { size } = await this.#file.stat();
    if (size < BigInt(this.#offset)) {
      throw new StoreError('STORE_FAILED', `the file has ${size} bytes where ${this.#offset} were written`);
    }
    if (size > BigInt(this.#offset)) await this.#file.truncate(this.#offset);
  }

  async #inStep(): Promise<void> {
    // An append that fails tells its own caller; what counts here is that it has ended.
    await this.#appending?.catch(() => undefined);
    while (this.#hashed < this.#offset) await this.#reread();
  }

  #reread(): Promise<void> {
    this.#catchingUp ??= this.#rereadAll().finally(() => {
      this.#catchingUp = undefined;
    });
    return this.#catchingUp;
  }

  async #rereadAll(): Promise<void> {
    const buffer = Buffer.allocUnsafe(REREAD);
    while (this.#hashed < this.#offset) {
      const length = await this.read(buffer, this.#hashed);
      if (length === 0) {
        throw new StoreError('STORE_FAILED', `the file ends before byte ${this.#offset}, which was written`);
      }
      this.#hash.update(buffer.subarray(0, length));
      this.#hashed += length;
    }
  }
}

function lengthOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

/** The last `length` bytes. */
function tailOf(chunks: readonly Buffer[], length: number): Buffer[] {
  let skip = lengthOf(chunks) - length;
  return chunks.flatMap((chunk) => {
    const from = Math.min(skip, chunk.length);
    skip -= from;
    return from === chunk.length ? [] : [chunk.subarray(from)];
  });
}
