import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deferred } from '#src/gateway/deferred.js';
import { SingleFlight } from '#src/gateway/single-flight.js';

describe('a single flight', () => {
  it('does the work once for all who ask meanwhile, and again for who asks later', async () => {
    const flight = new SingleFlight<number>();
    const gate = deferred<void>();
    let runs = 0;
    const work = async () => {
      runs += 1;
      const mine = runs;
      await gate.promise;
      return mine;
    };
    const asked = [flight.run('a', work), flight.run('a', work), flight.run('a', work)];
    assert.equal(runs, 1);
    gate.resolve();
    assert.deepEqual(await Promise.all(asked), [1, 1, 1]);
    assert.equal(await flight.run('a', work), 2);
  });

  it('keeps different keys apart', async () => {
    const flight = new SingleFlight<string>();
    const asked = [flight.run('a', async () => 'x'), flight.run('b', async () => 'y')];
    assert.deepEqual(await Promise.all(asked), ['x', 'y']);
  });

  it('gives a failure to all who wait, and forgets it', async () => {
    const flight = new SingleFlight<string>();
    const gate = deferred<string>();
    const asked = [flight.run('a', () => gate.promise), flight.run('a', async () => 'not run')];
    gate.reject(new Error('as planned'));
    for (const each of asked) await assert.rejects(each, /as planned/);
    assert.equal(await flight.run('a', async () => 'better'), 'better');
  });

  it('is not blocked by work that throws before it begins', async () => {
    const flight = new SingleFlight<string>();
    const broken = (): Promise<string> => {
      throw new Error('at once');
    };
    await assert.rejects(async () => flight.run('a', broken), /at once/);
    assert.equal(await flight.run('a', async () => 'better'), 'better');
  });
});
