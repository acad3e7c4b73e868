import { MirrorError } from '../errors.js';
import type { Waiting } from './waiting.js';

/** The time of day for fetching ahead is over. */
export class WindowClosedError extends MirrorError {
  readonly code = 'WINDOW_CLOSED';

  constructor(
    /** When it opens again. */
    readonly until: Date,
  ) {
    super('the time of day for fetching ahead is over');
  }
}

/** What waits for the window to open. */
export function untilOpen(until: Date): Waiting {
  const nothing = { limit: null, remaining: null, reserve: null };
  return { for: 'window', upstream: null, until: until.toISOString(), atLatest: false, ...nothing };
}
