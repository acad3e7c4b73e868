import type { Readable } from 'node:stream';

/** The time and the caller's patience that a request has, together. */
export interface Bound {
  /** Aborted when the caller gives up or the deadline passes. */
  readonly signal: AbortSignal;
  /** Whether the deadline passed. */
  expired(): boolean;
  /** Milliseconds left, Infinity without a deadline. */
  remaining(): number;
  /** From here on the deadline no longer counts, and the caller's signal does until the stream is closed. */
  handOver(stream: Readable): void;
  /** Lets go of the timer and, unless it was handed over, of the caller's signal. */
  release(): void;
}

/**
 * Joins a caller's signal and a deadline (milliseconds from now).
 * @param late makes the error that the request ends with when the deadline passes
 */
export function bind(
  caller: AbortSignal | undefined,
  deadline: number | undefined,
  late: () => Error,
): Bound {
  const controller = new AbortController();
  const ends = deadline === undefined ? Number.POSITIVE_INFINITY : performance.now() + deadline;
  let expired = false;
  const expire = () => {
    expired = true;
    controller.abort(late());
  };
  const timer = deadline === undefined ? undefined : setTimeout(expire, deadline);
  let handedOver = false;
  const unlink = () => caller?.removeEventListener('abort', giveUp);
  const giveUp = () => controller.abort(caller?.reason);
  if (caller?.aborted === true) giveUp();
  caller?.addEventListener('abort', giveUp, { once: true });
  return {
    signal: controller.signal,
    expired: () => expired,
    remaining: () => ends - performance.now(),
    handOver: (stream) => {
      handedOver = true;
      clearTimeout(timer);
      if (stream.closed) unlink();
      else stream.once('close', unlink);
    },
    release: () => {
      clearTimeout(timer);
      if (!handedOver) unlink();
    },
  };
}

/** Waits for a promise that is shared with others, but not longer than the signal allows. */
export function waitFor<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
