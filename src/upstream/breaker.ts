/** When a circuit breaker opens and for how long; times in milliseconds. */
export interface BreakerOptions {
  /** Weight of failures in a row that opens the circuit. */
  readonly failures: number;
  readonly open: number;
  readonly openMost: number;
}

/** Weight of a failure that took its time: with the usual limits two of them open the circuit. */
const SLOW = 3;

/** Leave to make one attempt. Exactly one of its methods is to be called, once, when the attempt is over. */
export interface Permit {
  /** The upstream answered, whatever it said. */
  succeeded(): void;
  /**
   * The upstream is dead for this attempt.
   * @param slow it let time pass instead of failing at once: counts three times, because waiting costs everybody most
   */
  failed(now: number, slow: boolean): void;
  /** The attempt was given up by who asked and says nothing about the upstream. */
  cancelled(): void;
}

/**
 * A circuit breaker: a state machine that is told the time and does nothing by itself. Closed, every attempt is let through.
 * After enough failures in a row it is open and lets none through. When its time is over, it is half-open: one attempt is let through,
 * and closes it or opens it for twice as long.
 */
export class Breaker {
  #weight = 0;
  /** When the failure last counted happened; one failing at once that had begun before that is the same incident. */
  #lastFailure = Number.NEGATIVE_INFINITY;
  #openUntil: number | undefined;
  #openFor: number;
  #probe: object | undefined;

  constructor(readonly options: BreakerOptions) {
    this.#openFor = options.open;
  }

  state(now: number): 'closed' | 'open' | 'half-open' {
    if (this.#openUntil === undefined) return 'closed';
    return now < this.#openUntil ? 'open' : 'half-open';
  }

  /** Milliseconds until an attempt may be let through; 0 when one may now. While another is trying, a second. */
  wait(now: number): number {
    if (this.#openUntil === undefined) return 0;
    if (now < this.#openUntil) return this.#openUntil - now;
    return this.#probe === undefined ? 0 : 1_000;
  }

  /** Leave for an attempt that begins now, or undefined when none is given (see `wait`). */
  enter(now: number): Permit | undefined {
    if (this.wait(now) > 0) return undefined;
    const token = {};
    if (this.#openUntil !== undefined) this.#probe = token;
    return {
      succeeded: () => this.#close(),
      failed: (at, slow) => this.#failed(token, now, at, slow),
      cancelled: () => {
        if (this.#probe === token) this.#probe = undefined;
      },
    };
  }

  #close(): void {
    this.#weight = 0;
    this.#openUntil = undefined;
    this.#openFor = this.options.open;
    this.#probe = undefined;
  }

  #failed(token: object, began: number, now: number, slow: boolean): void {
    if (this.#openUntil !== undefined) {
      // Attempts from before it opened tell nothing new; only the one that was let through does.
      if (this.#probe !== token) return;
      this.#openFor = Math.min(this.#openFor * 2, this.options.openMost);
      this.#open(now);
      return;
    }
    // Thirty connections that break at the same moment are one failure; thirty people who waited in vain are thirty.
    if (!slow && began < this.#lastFailure) return;
    this.#lastFailure = now;
    this.#weight += slow ? SLOW : 1;
    if (this.#weight >= this.options.failures) this.#open(now);
  }

  #open(now: number): void {
    this.#openUntil = now + this.#openFor;
    this.#probe = undefined;
  }
}
