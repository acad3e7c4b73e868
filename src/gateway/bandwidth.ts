import { setTimeout as delay } from 'node:timers/promises';

/** What a limit of bandwidth works with besides its rate. */
export interface BandwidthOptions {
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
  /** Resolves after so many milliseconds, or as soon as the signal is aborted. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Milliseconds that a line which was idle may catch up on: timers are that late on a busy machine. */
const CATCH_UP_MS = 50;
/** Waits shorter than this are added to the next one, as a timer costs more. Milliseconds. */
const SHORTEST_MS = 2;

/**
 * A number of bytes a second that several transfers share. Each books the time its bytes take on the line, behind what is
 * booked already, and waits until that is over; so they get the same share for the same pieces, and all together the rate.
 */
export class Bandwidth {
  readonly #bytesPerMs: number;
  readonly #now: () => number;
  readonly #sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** When what is booked is over. */
  #free = Number.NEGATIVE_INFINITY;

  /** @param bytesPerSecond more than 0 */
  constructor(bytesPerSecond: number, options: BandwidthOptions = {}) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#now = options.now ?? (() => performance.now());
    this.#sleep = options.sleep ?? pause;
  }

  /**
   * Waits as long as these bytes take. Who is in a hurry by then does not wait, and gives back what is left of the time. Never
   * rejects.
   */
  async take(bytes: number, hurry: AbortSignal): Promise<void> {
    if (hurry.aborted) return;
    const took = bytes / this.#bytesPerMs;
    this.#free = Math.max(this.#free, this.#now() - CATCH_UP_MS) + took;
    const end = this.#free;
    for (let left = end - this.#now(); left >= SHORTEST_MS; left = end - this.#now()) {
      await this.#sleep(left, hurry);
      if (hurry.aborted) {
        this.#free -= Math.min(took, Math.max(0, end - this.#now()));
        return;
      }
    }
  }

  /** The same pieces, at the rate. */
  async *pace(
    batches: AsyncIterable<readonly Buffer[]>,
    hurry: AbortSignal,
  ): AsyncGenerator<readonly Buffer[], void, undefined> {
    for await (const batch of batches) {
      yield batch;
      await this.take(lengthOf(batch), hurry);
    }
  }
}

/** Bytes in some chunks. */
export function lengthOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  // Its end before the time is what the signal is for.
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
