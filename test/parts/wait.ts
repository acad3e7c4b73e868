import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait, and for what. */
export interface WaitOptions {
  /** What is waited for, for the error: "the registry answers /v2/". */
  readonly what: string;
  /** Milliseconds; 10,000 when absent. */
  readonly timeout?: number;
  /** Milliseconds between two looks; 25 when absent. */
  readonly interval?: number;
  /** More for the error, such as the end of a log. */
  readonly detail?: () => string;
}

/**
 * Looks again and again until `condition` gives something else than `undefined` or `false`, and resolves with that. An error
 * thrown by `condition` is the caller's to see at once: conditions that may fail for a while must say `false`.
 * @throws Error naming what was waited for when the time is over
 */
export async function waitFor<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  options: WaitOptions,
): Promise<T> {
  const timeout = options.timeout ?? 10_000;
  const end = performance.now() + timeout;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) {
      const detail = options.detail?.() ?? '';
      throw new Error(
        `waited ${timeout} ms in vain until ${options.what}${detail === '' ? '' : `\n${detail}`}`,
      );
    }
    await sleep(options.interval ?? 25);
  }
}
