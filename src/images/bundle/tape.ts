import { ByteReader } from '../tar/byte-reader.js';
import type { BundleSource } from './source.js';

/** What is nearer is read over, bytes: seeking throws away what was read ahead. */
const NEAR = 1024 * 1024;

/** Reads a bundle from its beginning to its end, and passes over what is not wanted without reading it where it can. */
export class Tape {
  readonly #source: BundleSource;
  readonly #signal: AbortSignal;
  #reader: ByteReader;
  #start = 0;

  constructor(source: BundleSource, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
    this.#reader = new ByteReader(source.open(0));
  }

  /** Whether it can go on anywhere. */
  get seekable(): boolean {
    return this.#source.seekable;
  }

  /** Where the next byte is that is read. */
  get position(): number {
    return this.#start + this.#reader.position;
  }

  /** The next bytes, fewer only at the end. */
  async take(length: number): Promise<Buffer> {
    this.#signal.throwIfAborted();
    return await this.#reader.take(length);
  }

  /** The next bytes, as they come; fewer only at the end. */
  async *stream(length: number): AsyncGenerator<Buffer> {
    for await (const piece of this.#reader.stream(length)) {
      this.#signal.throwIfAborted();
      yield piece;
    }
  }

  /** Goes on at another position, a later one where it cannot seek. @returns whether it is there */
  async goTo(position: number): Promise<boolean> {
    this.#signal.throwIfAborted();
    const distance = position - this.position;
    if (this.#source.seekable && (distance > NEAR || distance < 0)) {
      await this.#reader.close();
      this.#start = position;
      this.#reader = new ByteReader(this.#source.open(position));
      return true;
    }
    for await (const piece of this.stream(distance)) if (piece.length === 0) break;
    return this.position === position;
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.#reader.close();
  }
}
