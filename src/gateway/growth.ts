import type { Hash } from 'node:crypto';

/**
 * Bytes at the end of a transfer in flight that no client gets before the whole is verified (I1). One would do; a few
 * more keep a client that is careless about lengths from taking the rest for the whole.
 */
export const HELD_BACK = 1024;

/** What a reader can do next. */
export type Delivery =
  /** Send these bytes, fresh from the upstream; they begin at the reader's position. */
  | { readonly kind: 'bytes'; readonly chunks: readonly Buffer[] }
  /** Read so many bytes from the store, beginning at the reader's position. */
  | { readonly kind: 'readable'; readonly length: number }
  /** Nothing follows. */
  | { readonly kind: 'end' }
  /** The store failed: go on from the upstream, with this hash over all bytes before the position. */
  | { readonly kind: 'detached'; readonly hash: Hash };

/** How a transfer stands. */
export type GrowthState =
  | { readonly kind: 'receiving' }
  | { readonly kind: 'verified' }
  | { readonly kind: 'detached'; readonly hash: Hash }
  | { readonly kind: 'failed'; readonly error: unknown };

/** A place in a growing body, owned by one client. */
export interface Reader {
  /**
   * Waits until something can be given out at `position`, which never goes back.
   * @throws what ended the transfer, or the reason given to `cancel`
   */
  next(position: number): Promise<Delivery>;
  /** Wakes a waiting `next` with this error; used when the client has left. */
  cancel(reason: unknown): void;
}

interface Waiter {
  readonly position: number;
  resolve(delivery: Delivery): void;
  reject(error: unknown): void;
}

/**
 * How far a body has grown and who waits for more of it. Knows no store and no socket: it only decides what may be given out.
 */
export class Growth {
  /** Size of the whole, when it is known. */
  size: number | undefined;
  #offset = 0;
  #state: GrowthState = { kind: 'receiving' };
  readonly #waiters = new Set<Waiter>();

  get offset(): number {
    return this.#offset;
  }

  get state(): GrowthState {
    return this.#state;
  }

  /** Says how many bytes are stored: at the start, after a new start, and after a write that failed half-way. */
  reach(offset: number): void {
    this.#offset = offset;
  }

  /** Says that these chunks were stored at `offset`. */
  advance(chunks: readonly Buffer[]): void {
    const before = this.#offset;
    for (const { length } of chunks) this.#offset += length;
    const limit = this.#limit();
    for (const waiter of this.#waiters) {
      if (waiter.position >= limit) continue;
      this.#waiters.delete(waiter);
      if (waiter.position === before) {
        waiter.resolve({ kind: 'bytes', chunks: headOf(chunks, limit - before) });
      } else waiter.resolve({ kind: 'readable', length: limit - waiter.position });
    }
  }

  /** Ends the growth; the first end counts. */
  settle(state: Exclude<GrowthState, { kind: 'receiving' }>): void {
    if (this.#state.kind !== 'receiving') return;
    this.#state = state;
    for (const waiter of [...this.#waiters]) {
      this.#waiters.delete(waiter);
      if (state.kind === 'failed') waiter.reject(state.error);
      else {
        const delivery = this.#deliverable(waiter.position);
        if (delivery !== undefined) waiter.resolve(delivery);
      }
    }
  }

  reader(): Reader {
    let waiter: Waiter | undefined;
    let cancelled: { readonly reason: unknown } | undefined;
    return {
      next: (position) => {
        if (cancelled !== undefined) return Promise.reject(cancelled.reason);
        if (this.#state.kind === 'failed') return Promise.reject(this.#state.error);
        const delivery = this.#deliverable(position);
        if (delivery !== undefined) return Promise.resolve(delivery);
        return new Promise((resolve, reject) => {
          waiter = { position, resolve, reject };
          this.#waiters.add(waiter);
        });
      },
      cancel: (reason) => {
        cancelled ??= { reason };
        if (waiter !== undefined && this.#waiters.delete(waiter)) waiter.reject(reason);
      },
    };
  }

  /** Position up to which bytes may be given out. */
  #limit(): number {
    if (this.#state.kind !== 'receiving') return this.#offset;
    const whole = this.size ?? this.#offset;
    return Math.max(0, Math.min(this.#offset, whole - HELD_BACK));
  }

  #deliverable(position: number): Delivery | undefined {
    const limit = this.#limit();
    if (position < limit) return { kind: 'readable', length: limit - position };
    if (this.#state.kind === 'verified') return { kind: 'end' };
    if (this.#state.kind === 'detached') return { kind: 'detached', hash: this.#state.hash.copy() };
    return undefined;
  }
}

/** The first `length` bytes of some chunks, or all there are. */
export function headOf(chunks: readonly Buffer[], length: number): readonly Buffer[] {
  const head: Buffer[] = [];
  let left = length;
  for (const chunk of chunks) {
    if (left <= 0) break;
    head.push(chunk.length <= left ? chunk : chunk.subarray(0, left));
    left -= chunk.length;
  }
  return head;
}
