import type { Logger } from '../host/log.js';
import type { Store } from '../store/port.js';

/** How the store stands, for who asks. */
export interface StorageHealth {
  /** Undefined while it is healthy; else why it is not. */
  problem(): string | undefined;
  stop(): void;
}

/**
 * Probes the store at an interval (milliseconds); it is unhealthy after `threshold` failures in a row (Distribution's
 * `health.storagedriver`).
 */
export function watchStorage(
  store: Store,
  options: { readonly interval: number; readonly threshold: number },
  logger: Logger,
): StorageHealth {
  let failures = 0;
  let problem: string | undefined;
  const round = async () => {
    try {
      await store.probe();
      if (problem !== undefined) logger.info('the store is healthy again');
      failures = 0;
      problem = undefined;
    } catch (error) {
      failures += 1;
      if (failures !== options.threshold) return;
      problem = error instanceof Error ? error.message : String(error);
      logger.error({ err: error }, 'the store is not healthy');
    }
  };
  const timer = setInterval(() => void round(), options.interval);
  timer.unref();
  return { problem: () => problem, stop: () => clearInterval(timer) };
}
