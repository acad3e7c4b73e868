import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Bandwidth } from '#src/gateway/bandwidth.js';

const never = () => new AbortController().signal;

/** A clock that stands still until everybody sleeps, and then goes to when the first one wakes. */
class Clock {
  at = 0;
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  readonly now = () => this.at;
  readonly sleep = (milliseconds: number, hurry: AbortSignal) =>
    new Promise<void>((wake) => {
      this.#sleepers.push({ at: this.at + milliseconds, wake });
      hurry.addEventListener('abort', () => wake(), { once: true });
    });

  /** Lets time pass until then. */
  async passUntil(end: number): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      this.#sleepers.sort((a, b) => b.at - a.at);
      const next = this.#sleepers.at(-1);
      if (next === undefined || next.at > end) break;
      this.#sleepers.pop();
      this.at = Math.max(this.at, next.at);
      next.wake();
    }
    this.at = end;
  }
}

describe('Bandwidth', () => {
  it('is shared by all who take of it, and used up', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 50_000, max: 50_000_000 }), async (pieces, rate) => {
        const clock = new Clock();
        const line = new Bandwidth(rate, clock);
        let taken = 0;
        let over = false;
        for (const piece of pieces) {
          void (async () => {
            while (!over) {
              await line.take(piece, never());
              taken += piece;
            }
          })();
        }
        await clock.passUntil(1_000);
        over = true;
        const underWay = pieces.reduce((sum, piece) => sum + piece, 0);
        // An idle line may catch up on 50 ms at the beginning, and waits of less than 2 ms are put off.
        assert.ok(taken <= rate * 1.053 + 1, `${taken} of ${rate}`);
        assert.ok(taken + underWay >= rate, `${taken} and ${underWay} under way of ${rate}`);
        await clock.passUntil(1_000_000);
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same share for the same pieces', async () => {
    const clock = new Clock();
    const line = new Bandwidth(1_000_000, clock);
    const taken = [0, 0, 0];
    let over = false;
    taken.forEach((_, index) => {
      void (async () => {
        while (!over) {
          await line.take(10_000, never());
          taken[index] = (taken[index] ?? 0) + 1;
        }
      })();
    });
    await clock.passUntil(2_000);
    over = true;
    assert.ok(Math.max(...taken) - Math.min(...taken) <= 5, taken.join(' '));
    await clock.passUntil(10_000);
  });

  it('lets go who is in a hurry, and gives the time that he had booked to others', async () => {
    const clock = new Clock();
    const line = new Bandwidth(1_000, clock);
    const hurry = new AbortController();
    let first = false;
    let second = -1;
    void line.take(100_000, hurry.signal).then(() => {
      first = true;
    });
    await clock.passUntil(1_000);
    assert.equal(first, false);
    hurry.abort();
    await clock.passUntil(1_000);
    assert.equal(first, true);
    void line.take(1_000, never()).then(() => {
      second = clock.at;
    });
    await clock.passUntil(60_000);
    assert.equal(second, 2_000);
    await line.take(1e9, hurry.signal);
    assert.equal(clock.at, 60_000, 'who is in a hurry already waits for nothing');
  });

  it('paces what passes through', async () => {
    const clock = new Clock();
    const line = new Bandwidth(1_000, clock);
    const chunks = Array.from({ length: 5 }, () => [Buffer.alloc(500), Buffer.alloc(500)]);
    const times: number[] = [];
    void (async () => {
      for await (const batch of line.pace(fromList(chunks), never())) {
        assert.equal(batch.length, 2);
        times.push(clock.at);
      }
    })();
    await clock.passUntil(60_000);
    assert.deepEqual(times, [0, 950, 1_950, 2_950, 3_950]);
  });
});

async function* fromList<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}
