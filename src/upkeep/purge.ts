import type { Logger } from '../host/log.js';
import type { Store } from '../store/port.js';
import { timerDelay } from './timer-delay.js';

/** What is purged, and how often. Milliseconds. */
export interface PurgeOptions {
  readonly age: number;
  readonly interval: number;
  /** Only says what would be removed. */
  readonly dryRun: boolean;
}

/** What goes beyond the options of one round. */
export interface PurgeRound {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Aborted when the round is to end early. */
  readonly stop?: AbortSignal;
}

/** The first round waits at most this long: the start has better things to do. Milliseconds. */
const FIRST_AFTER = 60_000;

/**
 * Removes uploads that nobody finished and partial copies that nobody took up again (Distribution's
 * `storage.maintenance.uploadpurging`). One that cannot be removed is logged and passed over.
 * @returns how many were removed, or would be
 * @throws StoreError when the store cannot be looked through
 */
export async function purge(
  store: Store,
  options: PurgeOptions,
  logger: Logger,
  { now, stop }: PurgeRound,
): Promise<number> {
  const before = new Date(now - options.age);
  const { dryRun } = options;
  let removed = 0;

  async function remove(what: Record<string, string>, message: string, end: () => Promise<void>) {
    try {
      if (!dryRun) await end();
      removed += 1;
      logger.info({ ...what, dryRun }, message);
    } catch (error) {
      logger.error({ ...what, err: error }, 'something stale cannot be removed');
    }
  }

  for await (const { repository, id, cancel } of store.uploads.stale(before)) {
    if (stop?.aborted === true) return removed;
    await remove({ repository, id }, 'a stale upload is removed', cancel);
  }
  for await (const { digest, discard } of store.blobs.stalePartials(before)) {
    if (stop?.aborted === true) return removed;
    await remove({ digest }, 'a stale partial copy is removed', discard);
  }
  return removed;
}

/** Purges soon and then again and again; returns how to stop, which resolves when no round is under way. */
export function startPurging(store: Store, options: PurgeOptions, logger: Logger): () => Promise<void> {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  async function round(): Promise<void> {
    try {
      await purge(store, options, logger, { now: Date.now(), stop: stopping.signal });
    } catch (error) {
      logger.error({ err: error }, 'purging failed');
    }
  }

  function begin(): void {
    running ??= round().finally(() => {
      running = undefined;
    });
  }

  const first = setTimeout(begin, Math.min(FIRST_AFTER, options.interval));
  const timer = setInterval(begin, timerDelay(options.interval));
  first.unref();
  timer.unref();
  return async () => {
    clearTimeout(first);
    clearInterval(timer);
    stopping.abort();
    await running;
  };
}
