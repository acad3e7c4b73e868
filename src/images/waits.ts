import { RateLimitedError } from './quotas.js';
import type { Waiting } from './waiting.js';
import { untilOpen, WindowClosedError } from './window-closed.js';

/**
 * Why an image waits that was broken off, or not begun, by this error.
 * @returns undefined when that says nothing about when it goes on
 */
export function waitsFor(error: unknown, signal: AbortSignal): Waiting | undefined {
  if (error instanceof RateLimitedError) return error.waiting;
  if (!signal.aborted || !(signal.reason instanceof WindowClosedError)) return undefined;
  return untilOpen(signal.reason.until);
}
