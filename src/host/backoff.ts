/** How long to wait before a program that died is started again. Times are in milliseconds. */
export interface BackoffOptions {
  readonly first: number;
  readonly most: number;
  /** Having run this long, it counts as healthy and the next wait is the first again. */
  readonly healthyAfter: number;
}

export const DEFAULT_BACKOFF: BackoffOptions = { first: 1_000, most: 30_000, healthyAfter: 60_000 };

/**
 * The wait before the next start.
 * @param previous the wait before the last start; 0 when it was the first
 * @param uptime how long the program ran
 */
export function nextDelay(previous: number, uptime: number, options: BackoffOptions): number {
  if (previous === 0 || uptime >= options.healthyAfter) return options.first;
  return Math.min(previous * 2, options.most);
}
