import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Turns } from '#src/store/distribution/turns.js';

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
