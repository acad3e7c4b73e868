import { setTimeout as sleep } from 'node:timers/promises';

/** A network link all transfers of the upstream share. */
export interface Link {
  /** Resolves when this many bytes may leave. */
  take(bytes: number): Promise<void> | undefined;
}

/** Timers have a resolution of a millisecond, so less than this is not waited for. */
const SLACK_MS = 1;

/** How much time the link may have saved while it was idle: a switch's buffer, not a rest day. */
const BURST_MS = 2;

/**
 * A link of a fixed rate: bytes are given departure times one after the other, whoever sends them.
 * @param megabits per second; 0 means no limit
 */
export function makeLink(megabits: number): Link {
  if (megabits === 0) return { take: () => undefined };
  const bytesPerMs = (megabits * 1_000_000) / 8 / 1000;
  let free = 0;
  return {
    take(bytes) {
      const now = performance.now();
      free = Math.max(free, now - BURST_MS) + bytes / bytesPerMs;
      const wait = free - now;
      return wait > SLACK_MS ? sleep(wait) : undefined;
    },
  };
}
