import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Limit, mapAhead } from '#src/store/distribution/limit.js';

describe('a limit', () => {
  it('never runs more than its width at once, and runs all, also after failures', async () => {
    const limit = new Limit(3);
    let running = 0;
    let most = 0;
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, number) =>
        limit.run(async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise(setImmediate);
          running -= 1;
          if (number % 7 === 0) throw new Error('as planned');
          return number;
        }),
      ),
    );
    assert.equal(most, 3);
    assert.equal(results.filter(({ status }) => status === 'rejected').length, 8);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 42);
  });
});

describe('mapping ahead', () => {
  it('keeps the order and reads no further than its width', async () => {
    let taken = 0;
    const numbers = function* (): Generator<number> {
      for (;;) {
        taken += 1;
        yield taken;
      }
    };
    const results: number[] = [];
    for await (const result of mapAhead(numbers(), 4, async (number) => number * 10)) {
      results.push(result);
      if (results.length === 6) break;
    }
    assert.deepEqual(results, [10, 20, 30, 40, 50, 60]);
    assert.equal(taken, 8);
  });
});
