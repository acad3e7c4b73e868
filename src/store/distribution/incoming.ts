import type { Hash } from 'node:crypto';
import { algorithmOf, type Digest } from '../../oci/digest.js';
import { asStoreError, StoreError } from '../errors.js';
import { incomingData } from '../layout.js';
import type { Incoming } from '../port.js';
import { atEdge } from './edge.js';
import { GrowingFile } from './growing-file.js';
import type { OpenFile } from './open-file.js';
import { placeBlob } from './place-blob.js';
import type { Shared } from './shared.js';

/** A partial copy under `_mirror/incoming/`, taken up. */
export class DistributionIncoming implements Incoming {
  readonly #shared: Shared;
  readonly #file: OpenFile;
  readonly #bytes: GrowingFile;
  readonly #release: () => void;
  #state: 'arriving' | 'published' | 'discarded' = 'arriving';
  /** Length of what was found to be right; it is checked again after more has come. */
  #verified: number | undefined;

  private constructor(
    readonly digest: Digest,
    shared: Shared,
    file: OpenFile,
    size: number,
    release: () => void,
  ) {
    this.#shared = shared;
    this.#file = file;
    this.#bytes = new GrowingFile(file, size, algorithmOf(digest));
    this.#release = release;
    this.#bytes.catchUp();
    shared.open.add(this);
  }

  /** @param release gives the digest back for others to take up */
  static async open(shared: Shared, digest: Digest, release: () => void): Promise<Incoming> {
    const file = await shared.disk.openForWriting(incomingData(digest));
    try {
      const { size } = await file.stat();
      return new DistributionIncoming(digest, shared, file, Number(size), release);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get offset(): number {
    return this.#bytes.offset;
  }

  async append(...chunks: readonly Buffer[]): Promise<void> {
    this.#expectArriving();
    await atEdge(`storing ${this.digest}`, () => this.#bytes.append(chunks));
  }

  read(buffer: Buffer, position: number): Promise<number> {
    return atEdge(`reading ${this.digest}`, () => this.#bytes.read(buffer, position));
  }

  readCached(buffer: Buffer, position: number): number {
    try {
      return this.#bytes.readNow(buffer, position);
    } catch (error) {
      throw asStoreError(error, `reading ${this.digest}`);
    }
  }

  hash(): Promise<Hash> {
    return atEdge(`reading ${this.digest}`, () => this.#bytes.hash());
  }

  async verify(): Promise<void> {
    if (this.#verified === this.offset) return;
    await atEdge(`verifying ${this.digest}`, () => this.#bytes.verify(this.digest));
    this.#verified = this.offset;
  }

  async publish(): Promise<void> {
    this.#expectArriving();
    await this.verify();
    await atEdge(`storing ${this.digest}`, async () => {
      await this.#bytes.trim();
      await this.#shared.disk.dataSync(this.#file);
      await placeBlob(this.#shared.disk, incomingData(this.digest), this.digest, this.offset);
    });
    this.#state = 'published';
    this.#release();
  }

  async discard(): Promise<void> {
    if (this.#state !== 'arriving') return;
    await atEdge(`discarding ${this.digest}`, () => this.#shared.disk.remove(incomingData(this.digest)));
    this.#state = 'discarded';
    this.#release();
  }

  async close(): Promise<void> {
    this.#shared.open.delete(this);
    try {
      await atEdge(`closing ${this.digest}`, () => this.#file.close());
    } finally {
      this.#release();
    }
  }

  #expectArriving(): void {
    if (this.#state === 'arriving') return;
    throw new StoreError('STORE_FAILED', `${this.digest} was ${this.#state} and cannot be written any more`);
  }
}
