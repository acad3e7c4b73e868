import type { IncomingHttpHeaders } from 'node:http';
import { parseRateLimit } from '../oci/rate-limit.js';
import type { UpstreamStatus } from './port.js';

/**
 * What an upstream last said of its rate limit. Answers of requests that were under way at the same time come in any order: one that was
 * asked for before the last word came may only lower what is left, so that it is never said to be more than it is.
 */
export class RateLimitWatch {
  #known: UpstreamStatus['rateLimit'];
  /** How many answers said something, and which of them had the last word. */
  #heard = 0;
  #lastWord = 0;

  get known(): UpstreamStatus['rateLimit'] {
    return this.#known;
  }

  /** To be called when a request is sent; what it returns goes with the answer. */
  begin(): number {
    return this.#heard;
  }

  /**
   * Notes what an answer says.
   * @param began what `begin` returned for its request
   * @param now milliseconds since 1970
   */
  note(headers: IncomingHttpHeaders, began: number, now: number): void {
    const said = parseRateLimit(
      single(headers['ratelimit-limit']),
      single(headers['ratelimit-remaining']),
      single(headers['ratelimit-reset']),
      now,
    );
    if (said === undefined) return;
    this.#heard += 1;
    const known = this.#known;
    const isLate = known !== undefined && began < this.#lastWord && said.limit === known.limit;
    if (isLate && said.remaining >= known.remaining) return;
    this.#known = { ...said, seen: now };
    this.#lastWord = this.#heard;
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
