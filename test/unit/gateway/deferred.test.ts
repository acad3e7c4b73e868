import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deferred } from '#src/gateway/deferred.js';

describe('a deferred promise', () => {
  it('takes the first end it is given', async () => {
    const good = deferred<number>();
    good.resolve(1);
    good.resolve(2);
    good.reject(new Error('late'));
    assert.equal(await good.promise, 1);
    const bad = deferred<number>();
    bad.reject(new Error('as planned'));
    bad.resolve(1);
    await assert.rejects(bad.promise, /as planned/);
  });

  it('may be rejected with nobody waiting', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      deferred<void>().reject(new Error('as planned'));
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    } finally {
      process.off('unhandledRejection', note);
    }
    assert.deepEqual(unhandled, []);
  });
});
