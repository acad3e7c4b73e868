import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deferred } from '#src/gateway/deferred.js';
import { Keeping } from '#src/gateway/keeping.js';

describe('writes that nobody waits for', () => {
  it('run one after the other for a repository, and side by side for several', async () => {
    const keeping = new Keeping((error) => assert.fail(String(error)));
    const gate = deferred<void>();
    const order: string[] = [];
    keeping.start('a', async () => {
      await gate.promise;
      order.push('first of a');
    });
    keeping.start('a', async () => {
      order.push('second of a');
    });
    const other = deferred<void>();
    keeping.start('b', async () => {
      order.push('b');
      other.resolve();
    });
    await other.promise;
    const settled = keeping.settled().then(() => order.push('settled'));
    gate.resolve();
    await settled;
    assert.deepEqual(order, ['b', 'first of a', 'second of a', 'settled']);
  });

  it('tell of a failure and go on', async () => {
    const failures: unknown[] = [];
    const keeping = new Keeping((error) => failures.push(error));
    let done = false;
    keeping.start('a', () => Promise.reject(new Error('full')));
    keeping.start('a', async () => {
      done = true;
    });
    await keeping.settled();
    assert.ok(done);
    assert.deepEqual(failures, [new Error('full')]);
  });
});
