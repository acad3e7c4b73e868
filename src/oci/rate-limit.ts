/** How many pulls an upstream allows and how many are left, as Docker Hub tells in `ratelimit-limit` and `ratelimit-remaining`. */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Over which time the limit counts; undefined when not told. */
  readonly windowSeconds: number | undefined;
  /** Seconds from the answer until there are more again, from `ratelimit-reset`; absent when not told. */
  readonly resetSeconds?: number;
}

const QUANTITY = /^\s*(\d{1,15})\s*(?:;\s*w=(\d{1,15})\s*)?$/;
const COUNT = /^\s*(\d{1,15})\s*$/;
/** What is larger is no number of seconds from now on (30 years), but the seconds since 1970 that some registries send. */
const LONGEST_RESET = 1_000_000_000;

/**
 * Reads the two headers, whose values look like `100;w=21600`, and `ratelimit-reset`, which some registries send besides (the
 * drafts of the IETF mean seconds from now; GitLab writes seconds since 1970).
 * @param now milliseconds since 1970
 * @returns undefined unless limit and remaining are both there and well formed
 */
export function parseRateLimit(
  limit: string | undefined,
  remaining: string | undefined,
  reset?: string,
  now = 0,
): RateLimit | undefined {
  const allowed = QUANTITY.exec(limit ?? '');
  const left = QUANTITY.exec(remaining ?? '');
  if (allowed === null || left === null) return undefined;
  const window = allowed[2] ?? left[2];
  const resetSeconds = parseReset(reset, now);
  return {
    limit: Number(allowed[1]),
    remaining: Number(left[1]),
    windowSeconds: window === undefined ? undefined : Number(window),
    ...(resetSeconds === undefined ? {} : { resetSeconds }),
  };
}

/**
 * What the headers of an answer say of a rate limit.
 * @param header gives the value of a header by its name in lower case
 * @param now milliseconds since 1970
 */
export function readRateLimit(
  header: (name: string) => string | undefined,
  now: number,
): RateLimit | undefined {
  return parseRateLimit(
    header('ratelimit-limit'),
    header('ratelimit-remaining'),
    header('ratelimit-reset'),
    now,
  );
}

/** The headers that say it, as Docker Hub writes them. */
export function rateLimitHeaders(known: RateLimit): Record<string, string> {
  const { limit, remaining, windowSeconds, resetSeconds } = known;
  const window = windowSeconds === undefined ? '' : `;w=${windowSeconds}`;
  return {
    'RateLimit-Limit': `${limit}${window}`,
    'RateLimit-Remaining': `${remaining}${window}`,
    ...(resetSeconds === undefined ? {} : { 'RateLimit-Reset': String(resetSeconds) }),
  };
}

function parseReset(text: string | undefined, now: number): number | undefined {
  const found = COUNT.exec(text ?? '');
  if (found === null) return undefined;
  const seconds = Number(found[1]);
  return seconds < LONGEST_RESET ? seconds : Math.max(0, seconds - Math.floor(now / 1000));
}
