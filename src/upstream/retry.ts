import { UpstreamError } from './errors.js';
import type { Limits } from './limits.js';

/** The longest `Retry-After`, in seconds, that is waited for within a request instead of being reported. */
const PATIENCE = 1;

/**
 * Milliseconds to wait before the next attempt, or undefined when there shall be none. A 429 is tried again only when
 * its `Retry-After` is a second or less: more requests do not make a limit go away, and who waits is better told. The same holds
 * for any other answer that says when to come back. A time-out is not tried again at all: who asks has waited long enough, a second wait
 * of that length helps hardly ever, and the circuit breaker learns of a dead upstream from the next one who asks.
 * @param attempt how many were made
 * @param remaining milliseconds until the deadline
 * @param random 0 to 1, so that many who failed together do not return together
 */
export function retryDelay(
  error: unknown,
  attempt: number,
  limits: Limits,
  remaining: number,
  random: number,
): number | undefined {
  if (!(error instanceof UpstreamError) || !error.retryable || attempt >= limits.attempts) return undefined;
  if (error.code === 'UPSTREAM_CIRCUIT_OPEN' || error.code === 'UPSTREAM_TIMEOUT') return undefined;
  if (error.code === 'UPSTREAM_RATE_LIMITED' && error.retryAfter === undefined) return undefined;
  if ((error.retryAfter ?? 0) > PATIENCE) return undefined;
  const backoff = limits.backoff * 4 ** (attempt - 1) * (0.5 + random);
  const delay = Math.max(backoff, (error.retryAfter ?? 0) * 1000);
  return delay < remaining ? delay : undefined;
}
