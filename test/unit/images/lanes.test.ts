import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createLanes } from '#src/images/lanes.js';

describe('lanes', () => {
  it('do so much at a time and no more, in order, and all of it, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.boolean()), async (count, works) => {
        const lanes = createLanes(count, new AbortController().signal);
        const begun: number[] = [];
        let [now, most] = [0, 0];
        const results = await Promise.allSettled(
          works.map((fails, n) =>
            lanes.run(async () => {
              begun.push(n);
              now += 1;
              most = Math.max(most, now);
              await new Promise(setImmediate);
              now -= 1;
              if (fails) throw new Error('as wanted');
              return n;
            }),
          ),
        );
        assert.equal(most, Math.min(count, works.length));
        assert.deepEqual(
          begun,
          works.map((_, n) => n),
        );
        assert.deepEqual(
          results.map(({ status }) => status === 'rejected'),
          works,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('begin nothing once they are told to end', async () => {
    const stop = new AbortController();
    const lanes = createLanes(1, stop.signal);
    let release: () => void = () => undefined;
    const first = lanes.run(
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    const second = lanes.run(async () => assert.fail('it was begun'));
    stop.abort(new Error('enough'));
    release();
    await first;
    await assert.rejects(second, { message: 'enough' });
    await assert.rejects(
      lanes.run(async () => 1),
      { message: 'enough' },
    );
  });
});
