import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Limit, mapAhead } from '#src/store/distribution/limit.js';
import { Turns } from '#src/store/distribution/turns.js';

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

describe('turns', () => {
  it('run one after the other for one name, side by side for others, and go on after a failure', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const work = (name: string, label: string, fails = false): Promise<void> =>
      turns.run(name, async () => {
        seen.push(`${label} begins`);
        await new Promise(setImmediate);
        seen.push(`${label} ends`);
        if (fails) throw new Error(label);
      });
    const results = await Promise.allSettled([work('a', 'a1', true), work('a', 'a2'), work('b', 'b1')]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'fulfilled', 'fulfilled'],
    );
    assert.ok(seen.indexOf('a1 ends') < seen.indexOf('a2 begins'));
    assert.ok(seen.indexOf('b1 begins') < seen.indexOf('a1 ends'));
  });
});
