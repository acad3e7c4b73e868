import type { RateLimit } from '../oci/rate-limit.js';
import { RateLimitWatch } from '../oci/rate-limit-watch.js';
import type { Waiting } from './waiting.js';

/** How long a limit counts over when its upstream does not say, milliseconds. */
const USUAL_WINDOW_MS = 3_600_000;

/**
 * What may be asked of an upstream that counts pulls: a state, without a clock of its own. A pull is allowed while more than the
 * reserve is left when all that are under way have been counted. Before anything is known of the upstream there is one at a time; an
 * upstream that says nothing of a limit has none. Moments are milliseconds since 1970.
 */
export class Quota {
  readonly #watch = new RateLimitWatch();
  #answered = false;
  #underWay = 0;
  /** Until when it is not to be asked at all, as it said. */
  #refusedUntil = Number.NEGATIVE_INFINITY;

  /**
   * @param upstream its name, for people
   * @param reserve pulls that are left to people; undefined: a person asks, who may have them all
   */
  constructor(
    readonly upstream: string,
    readonly reserve: number | undefined,
  ) {}

  /** To be called when anything is asked; what it returns goes with the answer to `hear`. */
  begin(): number {
    return this.#watch.begin();
  }

  /**
   * The upstream answered.
   * @param said what it told of its limit; undefined: nothing
   */
  hear(said: RateLimit | undefined, began: number, now: number): void {
    this.#answered = true;
    if (said !== undefined) this.#watch.note(said, began, now);
  }

  /** The upstream refused, as it was asked too often. @param retryAfter seconds */
  refuse(retryAfter: number, now: number): void {
    this.#answered = true;
    this.#refusedUntil = Math.max(this.#refusedUntil, now + retryAfter * 1000);
  }

  /**
   * Whether a pull may begin; `later`: that turns out when something that is under way is over.
   * @param kept pulls that are left to what was begun before
   */
  decide(now: number, kept = 0): 'now' | 'later' | Waiting {
    if (now < this.#refusedUntil) return this.#wait(now);
    if (this.reserve === undefined) return 'now';
    const known = this.#watch.known;
    if (known === undefined || now >= this.#over()) {
      return known === undefined && this.#answered ? 'now' : this.#underWay > 0 ? 'later' : 'now';
    }
    if (known.remaining - this.#underWay - kept > this.reserve) return 'now';
    return this.#underWay + kept > 0 ? 'later' : this.#wait(now);
  }

  /** A pull begins. */
  take(): void {
    this.#underWay += 1;
  }

  /** A pull is over, and what was said of it has been heard. */
  release(): void {
    this.#underWay -= 1;
  }

  /** Whether so much is left again that going on is worth it for so many images. */
  isWorthIt(images: number, now: number): boolean {
    if (now < this.#refusedUntil) return false;
    const known = this.#watch.known;
    if (known === undefined || this.reserve === undefined || now >= this.#over()) return true;
    const free = known.remaining - this.reserve;
    return free > 0 && free >= Math.min(2 * images, (known.limit - this.reserve) / 2);
  }

  /** When what is known is out of date. */
  #over(): number {
    const known = this.#watch.known;
    if (known === undefined) return Number.NEGATIVE_INFINITY;
    const seconds = known.resetSeconds ?? known.windowSeconds;
    return known.seen + (seconds === undefined ? USUAL_WINDOW_MS : seconds * 1000);
  }

  #wait(now: number): Waiting {
    const known = this.#watch.known;
    const isUsedUp = known !== undefined && known.remaining <= (this.reserve ?? 0) && now < this.#over();
    const until = isUsedUp ? Math.max(this.#over(), this.#refusedUntil) : this.#refusedUntil;
    return {
      for: 'rate-limit',
      upstream: this.upstream,
      until: new Date(until).toISOString(),
      atLatest: isUsedUp && known.resetSeconds === undefined,
      limit: isUsedUp ? known.limit : null,
      remaining: isUsedUp ? known.remaining : null,
      reserve: isUsedUp && this.reserve !== undefined ? this.reserve : null,
    };
  }
}
