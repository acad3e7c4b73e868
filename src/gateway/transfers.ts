import type { Digest } from '../oci/digest.js';
import type { Store } from '../store/port.js';
import type { AudienceOptions } from './audience.js';
import type { Remote } from './naming.js';
import type { Patience } from './resuming-body.js';
import { Transfer } from './transfer.js';

/** What all transfers work with. */
export interface TransfersOptions extends AudienceOptions {
  readonly store: Store;
  readonly patience: Patience;
  /** Told when the store could not keep what arrives; the readers are served all the same. */
  readonly onStoreFailure: (error: unknown) => void;
  /** Told when a blob has become visible. */
  readonly onPublished: (digest: Digest) => Promise<void>;
}

/** The transfers under way: at most one a digest (I3). */
export class Transfers {
  readonly #running = new Map<Digest, Transfer>();
  readonly #starting = new Map<Digest, Promise<Transfer | undefined>>();
  readonly #ending = new Set<Transfer>();

  #closed: { readonly reason: unknown } | undefined;

  constructor(private readonly options: TransfersOptions) {}

  /** The transfer of a blob, if one is under way and can still be joined. */
  current(digest: Digest): Transfer | undefined {
    const transfer = this.#running.get(digest);
    return transfer?.joinable === true ? transfer : undefined;
  }

  /** Whether somebody is starting a transfer of the blob just now. */
  isStarting(digest: Digest): boolean {
    return this.#starting.has(digest);
  }

  /**
   * Starts a transfer, or gives the one that is starting. Undefined when the blob turns out to be here: it may have become
   * visible since the caller looked.
   */
  start(remote: Remote, digest: Digest): Promise<Transfer | undefined> {
    const starting = this.#starting.get(digest);
    if (starting !== undefined) return starting;
    const started = this.#start(remote, digest).finally(() => this.#starting.delete(digest));
    this.#starting.set(digest, started);
    return started;
  }

  /** Ends all transfers, keeping what has arrived, and waits until the store has been let go. No other begins after that. */
  async close(reason: unknown): Promise<void> {
    this.#closed ??= { reason };
    await Promise.allSettled(this.#starting.values());
    const all = [...this.#running.values(), ...this.#ending];
    for (const transfer of all) transfer.abort(reason);
    await Promise.all(all.map((transfer) => transfer.finished));
  }

  async #start(remote: Remote, digest: Digest): Promise<Transfer | undefined> {
    const running = this.#running.get(digest);
    if (running?.joinable === true) return running;
    // What failed is about to let go of the partial copy, which this one takes up.
    await running?.finished;
    const { store, patience, background, lingerFor, onStoreFailure, onPublished } = this.options;
    if ((await store.blobs.stat(digest)) !== undefined) return undefined;
    if (this.#closed !== undefined) throw this.#closed.reason;
    const transfer = new Transfer({
      store,
      remote,
      digest,
      patience,
      background,
      lingerFor,
      onStoreFailure,
      onPublished: () => onPublished(digest),
    });
    this.#running.set(digest, transfer);
    this.#ending.add(transfer);
    transfer.finished.then(() => {
      this.#ending.delete(transfer);
      if (this.#running.get(digest) === transfer) this.#running.delete(digest);
    });
    return transfer;
  }
}
