import type { Logger } from '../host/log.js';
import type { Store } from '../store/port.js';
import { timerDelay } from './timer-delay.js';

/** How the store stands, for who asks. */
export interface StorageHealth {
  /** Undefined while it is healthy; else why it is not. */
  problem(): string | undefined;
  stop(): void;
}

/**
 * Probes the store at an interval (milliseconds); it is unhealthy after `threshold` failures in a row (Distribution's
 * `health.storagedriver`). A probe that is not back when the next one is due counts as a failure: a network file system
 * that has gone answers with silence.
 */
export function watchStorage(
  store: Pick<Store, 'probe'>,
  options: { readonly interval: number; readonly threshold: number },
  logger: Logger,
): StorageHealth {
  let failures = 0;
  let problem: string | undefined;
  let probing = false;

  function fail(error: unknown): void {
    failures += 1;
    if (failures < options.threshold) return;
    if (problem === undefined) logger.error({ err: error }, 'the store is not healthy');
    problem = error instanceof Error ? error.message : String(error);
  }

  function recover(): void {
    failures = 0;
    if (problem !== undefined) logger.info('the store is healthy again');
    problem = undefined;
  }

  function round(): void {
    if (probing) {
      fail(new Error('the store does not answer'));
      return;
    }
    probing = true;
    store
      .probe()
      .then(recover, fail)
      .finally(() => {
        probing = false;
      });
  }

  const timer = setInterval(round, timerDelay(options.interval));
  timer.unref();
  return { problem: () => problem, stop: () => clearInterval(timer) };
}
