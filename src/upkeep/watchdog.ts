import type { Logger } from '../host/log.js';

/** How often it is looked in the time that systemd gives: two looks may fail to be in time. */
const LOOKS = 3;

export interface WatchdogOptions {
  /** Milliseconds after which systemd ends a process that it has not heard of. */
  readonly within: number;
  /** Looks whether all is well; rejects when it is not. */
  readonly check: (signal: AbortSignal) => Promise<void>;
  /** Tells systemd that all is well. */
  readonly feed: () => Promise<void>;
}

/**
 * Looks again and again whether all is well, and only then says so: a mirror that hangs, or that a hanging disk has stopped, is ended
 * by systemd and started again.
 * @returns what ends the looking
 */
export function startWatchdog({ within, check, feed }: WatchdogOptions, logger: Logger): () => void {
  const pause = within / LOOKS;
  const stopped = new AbortController();
  let looking = false;

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      await check(AbortSignal.any([stopped.signal, AbortSignal.timeout(pause)]));
      if (!stopped.signal.aborted) await feed();
    } catch (error) {
      if (!stopped.signal.aborted)
        logger.error({ err: error }, 'the mirror is not well: the watchdog is not told');
    } finally {
      looking = false;
    }
  }

  const timer = setInterval(() => void look(), pause);
  timer.unref();
  return () => {
    clearInterval(timer);
    stopped.abort();
  };
}
