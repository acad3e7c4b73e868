import type { Logger } from '../host/log.js';
import { readLeases, unusedSince } from './leases.js';

/** How often it is looked whether anybody needs the mirror, milliseconds. */
const EVERY = 2_000;

/** What is watched. */
export interface UnusedWatch {
  /** The folder of the leases. */
  readonly leases: string;
  /** Milliseconds from the end of the last lease until the mirror counts as unused. */
  readonly grace: number;
  readonly logger: Logger;
  /** Told once. */
  readonly onUnused: () => void;
}

/**
 * Looks from now on whether the mirror had leases and has none any more.
 * @returns ends it
 */
export function watchUnused({ leases, grace, logger, onUnused }: UnusedWatch): () => void {
  const started = new Date();
  const timer = setInterval(() => void look(), EVERY);
  timer.unref();
  const stop = () => clearInterval(timer);

  async function look(): Promise<void> {
    try {
      const since = unusedSince(await readLeases(leases), started, new Date());
      if (since === undefined || Date.now() - since.getTime() < grace) return;
      logger.info({ since: since.toISOString() }, 'nobody needs the mirror any more: it stops');
      stop();
      onUnused();
    } catch (error) {
      logger.error({ err: error }, 'nobody knows whether the mirror is needed: it goes on');
    }
  }

  return stop;
}
