/** A Bearer token and until when it is used, in milliseconds since the epoch. */
export interface Token {
  readonly value: string;
  readonly refreshAt: number;
  /** A new refresh token, where the server changes it. */
  readonly refreshToken: string | undefined;
}

/** Seconds a token lives when its server does not say, and at least (Distribution's token specification, "Token Response Fields"). */
const LEAST_LIFE = 60;
/** The longest that a token is used, in seconds, whatever its server says. */
const MOST_LIFE = 24 * 3600;

/**
 * Reads the answer of a token server (Distribution's token specification; the OAuth2 form calls the member `access_token`).
 * A token is renewed when a tenth of its life is left, at most 30 s before its end.
 * @param now milliseconds since the epoch
 * @returns undefined when there is no token in it
 */
export function parseToken(text: string, now: number): Token | undefined {
  const document = parseObject(text);
  if (document === undefined) return undefined;
  const value = firstText(document['token'], document['access_token']);
  if (value === undefined || !isHeaderSafe(value)) return undefined;
  const told = document['expires_in'];
  const life = typeof told === 'number' && Number.isFinite(told) ? told : LEAST_LIFE;
  const lifetime = Math.min(Math.max(life, LEAST_LIFE), MOST_LIFE) * 1000;
  const early = Math.min(lifetime / 10, 30_000);
  const refreshToken = firstText(document['refresh_token']);
  return { value, refreshAt: issued(document['issued_at'], lifetime, now) + lifetime - early, refreshToken };
}

/** When it was issued, as long as that fits our own clock; clocks that disagree must not make every token look old. */
function issued(told: unknown, lifetime: number, now: number): number {
  const at = typeof told === 'string' ? Date.parse(told) : Number.NaN;
  return at > now - lifetime / 2 && at <= now ? at : now;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function firstText(...values: unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '');
}

/** Visible ASCII only, so that a token cannot add anything to a header. */
function isHeaderSafe(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
