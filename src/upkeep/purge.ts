import type { Logger } from '../host/log.js';
import type { Store } from '../store/port.js';

/** What is purged, and how often. Milliseconds. */
export interface PurgeOptions {
  readonly age: number;
  readonly interval: number;
  /** Only says what would be removed. */
  readonly dryRun: boolean;
}

/**
 * Removes uploads that nobody finished and partial copies that nobody took up again (Distribution's
 * `storage.maintenance.uploadpurging`).
 * @returns how many were removed, or would be
 */
export async function purge(
  store: Store,
  options: PurgeOptions,
  logger: Logger,
  now: number,
): Promise<number> {
  const before = new Date(now - options.age);
  let removed = 0;
  for await (const { repository, id, cancel } of store.uploads.stale(before)) {
    if (!options.dryRun) await cancel();
    removed += 1;
    logger.info({ repository, id, dryRun: options.dryRun }, 'a stale upload is removed');
  }
  for await (const { digest, discard } of store.blobs.stalePartials(before)) {
    if (!options.dryRun) await discard();
    removed += 1;
    logger.info({ digest, dryRun: options.dryRun }, 'a stale partial copy is removed');
  }
  return removed;
}

/** Purges now and then again; returns how to stop. */
export function startPurging(store: Store, options: PurgeOptions, logger: Logger): () => void {
  let running = false;
  const round = async () => {
    if (running) return;
    running = true;
    try {
      await purge(store, options, logger, Date.now());
    } catch (error) {
      logger.error({ err: error }, 'purging failed');
    } finally {
      running = false;
    }
  };
  // Not during the start, which has better things to do.
  const first = setTimeout(round, Math.min(60_000, options.interval));
  const timer = setInterval(round, options.interval);
  first.unref();
  timer.unref();
  return () => {
    clearTimeout(first);
    clearInterval(timer);
  };
}
