import type { Hash } from 'node:crypto';
import type { Digest } from '../../oci/digest.js';
import { StoreError } from '../errors.js';
import type { OpenThings } from '../open-things.js';
import type { Incoming } from '../port.js';
import type { MemoryContents, MemoryPartial } from './contents.js';
import { readBytes } from './growing-bytes.js';

/** A partial copy in memory, taken up. */
export class MemoryIncoming implements Incoming {
  readonly #contents: MemoryContents;
  readonly #partial: MemoryPartial;
  readonly #now: () => number;
  readonly #open: OpenThings;
  readonly #release: () => void;
  #state: 'arriving' | 'published' | 'discarded' | 'closed' = 'arriving';

  constructor(
    readonly digest: Digest,
    contents: MemoryContents,
    now: () => number,
    open: OpenThings,
    release: () => void,
  ) {
    this.#contents = contents;
    this.#partial = contents.partial(digest, now());
    this.#now = now;
    this.#open = open;
    this.#release = release;
    open.add(this);
  }

  get offset(): number {
    return this.#partial.bytes.length;
  }

  async append(...chunks: readonly Buffer[]): Promise<void> {
    this.#expectArriving();
    for (const chunk of chunks) this.#partial.bytes.append(chunk);
    this.#partial.modified = this.#now();
  }

  async read(buffer: Buffer, position: number): Promise<number> {
    return this.#read(buffer, position);
  }

  readCached(buffer: Buffer, position: number): number {
    return this.#read(buffer, position);
  }

  async hash(): Promise<Hash> {
    this.#expectOpen();
    return this.#partial.bytes.hash(this.digest);
  }

  async verify(): Promise<void> {
    this.#expectOpen();
    this.#partial.bytes.verify(this.digest);
  }

  async publish(): Promise<void> {
    this.#expectArriving();
    this.#partial.bytes.verify(this.digest);
    this.#contents.addBlob(this.digest, this.#partial.bytes.bytes(), this.#now());
    this.#leave('published');
  }

  async discard(): Promise<void> {
    if (this.#state === 'arriving') this.#leave('discarded');
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#open.delete(this);
    this.#release();
  }

  #read(buffer: Buffer, position: number): number {
    this.#expectOpen();
    return readBytes(this.#partial.bytes.bytes(), buffer, position);
  }

  #leave(state: 'published' | 'discarded'): void {
    this.#contents.partials.delete(this.digest);
    this.#state = state;
    this.#release();
  }

  #expectOpen(): void {
    if (this.#state === 'closed') throw new StoreError('STORE_FAILED', `${this.digest} was closed already`);
  }

  #expectArriving(): void {
    if (this.#state === 'arriving') return;
    throw new StoreError('STORE_FAILED', `${this.digest} was ${this.#state} and cannot be written any more`);
  }
}
