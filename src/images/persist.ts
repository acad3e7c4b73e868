import { setTimeout as sleep } from 'node:timers/promises';
import { MirrorRequestError } from './mirror-errors.js';

const ATTEMPTS = 3;
/** Milliseconds before the second attempt; twice as long before the third. */
const PAUSE_MS = 1_000;

/**
 * Does something again that failed and may go well the next time, such as when the mirror is being restarted.
 * @throws what the last attempt throws; the signal's reason
 */
export async function persist<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const again = error instanceof MirrorRequestError && error.retryable && attempt < ATTEMPTS;
      if (signal.aborted || !again) throw error;
      await sleep(PAUSE_MS * attempt, undefined, { signal });
    }
  }
}
