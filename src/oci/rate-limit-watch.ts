import type { RateLimit } from './rate-limit.js';

/** What was said of a rate limit, and when (milliseconds since 1970). */
export type SeenRateLimit = RateLimit & { readonly seen: number };

/**
 * What is known of a rate limit. Answers of requests that were under way at the same time come in any order: one that was asked for
 * before the last word came may only lower what is left, so that it is never said to be more than it is.
 */
export class RateLimitWatch {
  #known: SeenRateLimit | undefined;
  /** How many answers said something, and which of them had the last word. */
  #heard = 0;
  #lastWord = 0;

  get known(): SeenRateLimit | undefined {
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
  note(said: RateLimit, began: number, now: number): void {
    this.#heard += 1;
    const known = this.#known;
    const isLate = known !== undefined && began < this.#lastWord && said.limit === known.limit;
    if (isLate && said.remaining >= known.remaining) return;
    this.#known = { ...said, seen: now };
    this.#lastWord = this.#heard;
  }
}
