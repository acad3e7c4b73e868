import type { HttpConfig } from '../settings/engine-config.js';

/** As the settings have it when nothing is written. Milliseconds. */
const DEFAULT_DRAIN_MS = 30_000;
/** Timers of Node.js take no more, and fire at once instead. Milliseconds: 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long running transfers may take to finish after SIGTERM: `http.draintimeout`, in milliseconds. */
export function drainTime(http: Pick<HttpConfig, 'drainTimeout'>): number {
  return Math.min(http.drainTimeout ?? DEFAULT_DRAIN_MS, LONGEST_TIMER_MS);
}
