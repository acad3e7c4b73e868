import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Breaker, type Permit } from '#src/upstream/breaker.js';

const OPTIONS = { failures: 5, open: 10_000, openMost: 60_000 };

function enter(breaker: Breaker, now: number): Permit {
  const permit = breaker.enter(now);
  assert.ok(permit !== undefined);
  return permit;
}

function fail(breaker: Breaker, from: number, times: number, slow = false): number {
  for (let now = from; now < from + times; now++) enter(breaker, now).failed(now, slow);
  return from + times - 1;
}

describe('Breaker', () => {
  it('opens after five failures in a row, and not after four and a success', () => {
    const breaker = new Breaker(OPTIONS);
    fail(breaker, 0, 4);
    enter(breaker, 4).succeeded();
    fail(breaker, 5, 4);
    assert.equal(breaker.state(9), 'closed');
    fail(breaker, 9, 1);
    assert.equal(breaker.state(9), 'open');
    assert.equal(breaker.enter(10), undefined);
    assert.equal(breaker.wait(10), 9_999);
  });

  it('opens after two time-outs, or one and two failures at once', () => {
    const breaker = new Breaker(OPTIONS);
    fail(breaker, 0, 1, true);
    assert.equal(breaker.state(1), 'closed');
    fail(breaker, 1, 1, true);
    assert.equal(breaker.state(2), 'open');
    const mixed = new Breaker(OPTIONS);
    fail(mixed, 0, 1, true);
    fail(mixed, 1, 1);
    assert.equal(mixed.state(2), 'closed');
    fail(mixed, 2, 1);
    assert.equal(mixed.state(3), 'open');
  });

  it('counts connections that break together once, but everybody who waited in vain', () => {
    const together = new Breaker(OPTIONS);
    const permits = Array.from({ length: 50 }, () => enter(together, 0));
    for (const permit of permits) permit.failed(1, false);
    assert.equal(together.state(1), 'closed');
    const waiting = new Breaker(OPTIONS);
    const others = Array.from({ length: 3 }, () => enter(waiting, 0));
    for (const permit of others) permit.failed(10_000, true);
    assert.equal(waiting.state(10_000), 'open');
  });

  it('lets one try when the time is over, and stays open twice as long when that fails, up to a minute', () => {
    const breaker = new Breaker(OPTIONS);
    let now = fail(breaker, 0, 5);
    for (const open of [10_000, 20_000, 40_000, 60_000, 60_000]) {
      assert.equal(breaker.state(now + open - 1), 'open');
      now += open;
      assert.equal(breaker.state(now), 'half-open');
      const probe = enter(breaker, now);
      assert.equal(breaker.enter(now), undefined);
      probe.failed(now, false);
    }
  });

  it('closes when the one that tries succeeds, and begins anew', () => {
    const breaker = new Breaker(OPTIONS);
    const opened = fail(breaker, 0, 5);
    enter(breaker, opened + 10_000).failed(opened + 10_000, false);
    enter(breaker, opened + 30_000).succeeded();
    assert.equal(breaker.state(opened + 30_000), 'closed');
    const again = fail(breaker, opened + 30_001, 5);
    assert.equal(breaker.wait(again), 10_000);
  });

  it('lets another one try when the one that tries is given up', () => {
    const breaker = new Breaker(OPTIONS);
    const opened = fail(breaker, 0, 5);
    enter(breaker, opened + 10_000).cancelled();
    assert.ok(breaker.enter(opened + 10_000) !== undefined);
  });

  it('is not kept open by attempts from before, but closed by one that succeeds', () => {
    const breaker = new Breaker(OPTIONS);
    const late = enter(breaker, 0);
    const good = enter(breaker, 0);
    const opened = fail(breaker, 1, 5);
    late.failed(opened + 9_000, true);
    assert.equal(breaker.wait(opened + 9_000), 1_000);
    good.succeeded();
    assert.equal(breaker.state(opened + 9_001), 'closed');
  });

  it('always lets somebody try within a minute, whatever happened', () => {
    const step = fc.record({
      wait: fc.nat(70_000),
      end: fc.constantFrom('ok', 'bad', 'slow', 'gone', 'open'),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const breaker = new Breaker(OPTIONS);
        const unfinished: Permit[] = [];
        let now = 0;
        for (const { wait, end } of steps) {
          now += wait;
          const free = breaker.wait(now) === 0;
          const permit = breaker.enter(now);
          assert.equal(permit !== undefined, free);
          if (end === 'ok') permit?.succeeded();
          else if (end === 'gone') permit?.cancelled();
          else if (end === 'open' && permit !== undefined) unfinished.push(permit);
          else permit?.failed(now, end === 'slow');
        }
        for (const permit of unfinished) permit.cancelled();
        assert.ok(breaker.enter(now + 60_000) !== undefined);
      }),
    );
  });
});
