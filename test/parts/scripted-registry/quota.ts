/** A number of pulls, as Docker Hub counts them: each GET of a manifest is one, HEAD is free. A test may change what is left. */
export interface PullQuota {
  readonly limit: number;
  left: number;
  /** Over which the limit counts; not told when absent. */
  readonly windowSeconds?: number;
  /** Told in `ratelimit-reset`. */
  readonly resetSeconds?: number;
}

/** Counts a request for a manifest. @returns whether it is within the quota */
export function count(quota: PullQuota, method: string): boolean {
  if (method !== 'GET') return true;
  if (quota.left <= 0) return false;
  quota.left -= 1;
  return true;
}

/** What an answer says of it. */
export function quotaHeaders({
  limit,
  left,
  windowSeconds,
  resetSeconds,
}: PullQuota): Record<string, string> {
  const window = windowSeconds === undefined ? '' : `;w=${windowSeconds}`;
  return {
    'ratelimit-limit': `${limit}${window}`,
    'ratelimit-remaining': `${left}${window}`,
    ...(resetSeconds === undefined ? {} : { 'ratelimit-reset': String(resetSeconds) }),
  };
}
