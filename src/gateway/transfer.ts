import { createHash } from 'node:crypto';
import { errorCode } from '../errors.js';
import { algorithmOf, type Digest } from '../oci/digest.js';
import { DigestMismatchError } from '../store/errors.js';
import type { Incoming, Store } from '../store/port.js';
import { UpstreamError } from '../upstream/errors.js';
import { Audience, type AudienceOptions } from './audience.js';
import { BackgroundLeftError } from './background.js';
import { lengthOf } from './bandwidth.js';
import { deferred } from './deferred.js';
import { Growth, type Reader } from './growth.js';
import { readHot } from './hot-reads.js';
import type { Remote } from './naming.js';
import { type Batches, openResumingBody, type Patience, type ResumingBody } from './resuming-body.js';

/** How far behind the end what was appended is surely still in the page cache, bytes. */
const RECENT = 32 * 1024 * 1024;

/** What a transfer works with. */
export interface TransferOptions extends AudienceOptions {
  readonly store: Store;
  readonly remote: Remote;
  readonly digest: Digest;
  readonly patience: Patience;
  /** Told when the store could not keep what arrives; the readers are served all the same. */
  readonly onStoreFailure: (error: unknown) => void;
  /** Told when the blob is visible. */
  readonly onPublished: () => Promise<void>;
}

/** A reader of a transfer, which keeps the bytes open until it leaves. */
export interface TransferReader extends Reader {
  /** Reads bytes that `next` said are readable. */
  read(buffer: Buffer, position: number): Promise<number>;
  leave(): void;
}

/**
 * One blob arriving from an upstream into the store, with any number of readers (I3): receive → append → wake the readers.
 * Nothing a reader does, or its leaving, holds the transfer up. While all its readers are in the background it is slowed to their limit, and
 * ends with them unless somebody else ever wanted it (docs/adr/0010-background.md).
 */
export class Transfer {
  /** Resolves when all is over: the blob visible and linked, or the transfer failed or detached. Never rejects. */
  readonly finished: Promise<void>;
  /** Names in the store whose requesters have shown that they may have the blob (I8). */
  readonly #repositories = new Set<string>();
  readonly #opened = deferred<void>();
  readonly #growth = new Growth();
  readonly #abort = new AbortController();
  #incoming: Incoming | undefined;
  /** Bytes an earlier transfer left. */
  #inherited = 0;
  #published = false;
  readonly #audience: Audience;
  #over = false;

  constructor(private readonly options: TransferOptions) {
    this.#repositories.add(options.remote.stored);
    this.#audience = new Audience(options, () => this.#endDeserted());
    this.finished = this.#run().then(() => this.#finish());
  }

  /** Resolves when the upstream has begun to answer, and `size` is known if it ever will be; rejects when it does not. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Size of the whole; undefined when the upstream does not say. */
  get size(): number | undefined {
    return this.#growth.size;
  }

  /** Bytes that are here, whether they may be given out yet or not. */
  get received(): number {
    return this.#growth.offset;
  }

  /** Why it failed, if it did. */
  get error(): unknown {
    return this.#growth.state.kind === 'failed' ? this.#growth.state.error : undefined;
  }

  /** Whether who comes now is still served by it: it was not ended and did not fail, nor did the store. */
  get joinable(): boolean {
    const { kind } = this.#growth.state;
    return !this.#abort.signal.aborted && (kind === 'receiving' || kind === 'verified');
  }

  /** Whether the store failed, so that every reader needs the upstream for itself. */
  get detached(): boolean {
    return this.#growth.state.kind === 'detached';
  }

  /** Whether requests for that repository have shown that they may have the blob. */
  serves(repository: string): boolean {
    return this.#repositories.has(repository);
  }

  /** Lets requests for another repository take part, and links the blob there. */
  async admit(repository: string): Promise<void> {
    this.#repositories.add(repository);
    if (this.#published) await this.options.store.repositories.linkLayer(repository, this.options.digest);
  }

  /**
   * A new reader; undefined when the transfer was ended, or is over and its bytes have been let go.
   * @param background nobody waits for what it reads
   */
  join(background = false): TransferReader | undefined {
    if (this.#abort.signal.aborted || (this.#over && this.#audience.readers === 0)) return undefined;
    this.#audience.join(background);
    const { next, cancel } = this.#growth.reader();
    const source = {
      read: async (buffer: Buffer, position: number) => this.#open().read(buffer, position),
      readCached: (buffer: Buffer, position: number) => this.#open().readCached(buffer, position),
    };
    const recent = readHot(source, () => undefined);
    return {
      next,
      cancel,
      read: (buffer, position) => (this.#isRecent(position) ? recent : source).read(buffer, position),
      leave: () => {
        this.#audience.leave(background);
        void this.#letGo();
      },
    };
  }

  /** Ends the transfer; what has arrived stays for the next one. */
  abort(reason: unknown): void {
    this.#abort.abort(reason);
    this.#audience.hurry();
  }

  /** What has arrived stays; when that is everything, the rest is done for nobody. */
  #endDeserted(): void {
    const { state, size, offset } = this.#growth;
    if (state.kind === 'receiving' && offset !== size) this.abort(new BackgroundLeftError());
  }

  async #run(): Promise<void> {
    try {
      const started = (await this.#start()) ?? (await this.#start());
      if (started === undefined || started === 'detached') return;
      const { incoming, source } = started;
      this.#growth.size = source.size;
      this.#opened.resolve();
      if (!(await this.#receive(incoming, source))) return;
      await incoming.verify();
      this.#growth.settle({ kind: 'verified' });
      await this.#publish(incoming);
    } catch (error) {
      if (error instanceof DigestMismatchError) await this.#discard();
      this.#growth.settle({ kind: 'failed', error });
      this.#opened.reject(error);
    }
  }

  /**
   * Takes up the partial copy and opens the upstream where it ends. Undefined when the copy turned out to be worth nothing
   * and was thrown away, which happens once at most.
   */
  async #start(): Promise<{ incoming: Incoming; source: ResumingBody } | 'detached' | undefined> {
    const { store, digest, remote, patience } = this.options;
    let incoming: Incoming;
    try {
      incoming = await store.blobs.receive(digest);
    } catch (error) {
      this.#detach(error, createHash(algorithmOf(digest)));
      this.#opened.resolve();
      return 'detached';
    }
    this.#incoming = incoming;
    this.#inherited = incoming.offset;
    this.#growth.reach(incoming.offset);
    const request = {
      remote,
      digest,
      start: incoming.offset,
      signal: this.#abort.signal,
      // Read piece by piece, the upstream sends piece by piece.
      atOnce: () => (this.#audience.isSlow ? 1 : Number.POSITIVE_INFINITY),
    };
    try {
      return { incoming, source: await openResumingBody(request, patience) };
    } catch (error) {
      const hopeless = error instanceof UpstreamError && error.code === 'UPSTREAM_INVALID';
      if (incoming.offset === 0 || !hopeless) throw error;
    }
    // The upstream cannot continue the copy: it is whole already, or wrong.
    try {
      await incoming.verify();
      return { incoming, source: { size: incoming.offset, batches: nothing(), close: () => undefined } };
    } catch (error) {
      if (!(error instanceof DigestMismatchError)) throw error;
      await incoming.discard();
      await incoming.close();
      return undefined;
    }
  }

  /** What arrives; gone when the transfer is over and failed. */
  #open(): Incoming {
    if (this.#incoming === undefined) throw this.error;
    return this.#incoming;
  }

  #isRecent(position: number): boolean {
    return position >= Math.max(this.#inherited, this.received - RECENT);
  }

  /** Whether everything was stored; otherwise the transfer is detached from the store. */
  async #receive(incoming: Incoming, source: ResumingBody): Promise<boolean> {
    for await (const batch of source.batches) {
      try {
        await incoming.append(...batch);
      } catch (error) {
        this.#growth.reach(incoming.offset);
        this.#detach(error, await incoming.hash());
        return false;
      }
      this.#growth.advance(batch);
      if (!this.#abort.signal.aborted) await this.#audience.keepPace(lengthOf(batch));
    }
    return true;
  }

  /** The readers have their bytes by now: a failure only means that the next request fetches again. */
  async #publish(incoming: Incoming): Promise<void> {
    const { store, digest } = this.options;
    try {
      await incoming.publish();
      this.#published = true;
      for (const repository of this.#repositories) await store.repositories.linkLayer(repository, digest);
      await this.options.onPublished();
    } catch (error) {
      this.options.onStoreFailure(error);
    }
  }

  #detach(error: unknown, hash: ReturnType<typeof createHash>): void {
    // An earlier transfer that is about to let go is no failure of the store.
    if (errorCode(error) !== 'STORE_BUSY') this.options.onStoreFailure(error);
    this.#growth.settle({ kind: 'detached', hash });
  }

  async #finish(): Promise<void> {
    this.#over = true;
    this.#audience.close();
    // On a full disk the partial copy would only stand in the way. Its readers go on all the same.
    if (this.detached) await this.#discard();
    await this.#letGo();
  }

  /** What failed is let go whoever still reads: a slow client must not keep the next transfer from the partial copy. */
  async #letGo(): Promise<void> {
    if (!this.#over || (this.#audience.readers > 0 && this.#growth.state.kind !== 'failed')) return;
    const incoming = this.#incoming;
    this.#incoming = undefined;
    try {
      await incoming?.close();
    } catch (error) {
      this.options.onStoreFailure(error);
    }
  }

  async #discard(): Promise<void> {
    try {
      await this.#incoming?.discard();
    } catch (error) {
      this.options.onStoreFailure(error);
    }
  }
}

async function* nothing(): Batches {
  // The partial copy was whole.
}
