/** How many pulls an upstream allows and how many are left, as Docker Hub tells in `ratelimit-limit` and `ratelimit-remaining`. */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Over which time the limit counts; undefined when not told. */
  readonly windowSeconds: number | undefined;
}

const QUANTITY = /^\s*(\d{1,15})\s*(?:;\s*w=(\d{1,15})\s*)?$/;

/**
 * Reads the two headers, whose values look like `100;w=21600`.
 * @returns undefined unless both are there and well formed
 */
export function parseRateLimit(
  limit: string | undefined,
  remaining: string | undefined,
): RateLimit | undefined {
  const allowed = QUANTITY.exec(limit ?? '');
  const left = QUANTITY.exec(remaining ?? '');
  if (allowed === null || left === null) return undefined;
  const window = allowed[2] ?? left[2];
  return {
    limit: Number(allowed[1]),
    remaining: Number(left[1]),
    windowSeconds: window === undefined ? undefined : Number(window),
  };
}
