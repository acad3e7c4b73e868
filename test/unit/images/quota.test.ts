import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Quota } from '#src/images/quota.js';

const HOUR = 3_600_000;
const limit = (remaining: number) => ({ limit: 100, remaining, windowSeconds: 6 * 3600 });

describe('a quota', () => {
  it('asks one thing at a time until the upstream has said something', () => {
    const quota = new Quota('docker.io', 10);
    assert.equal(quota.decide(0), 'now');
    quota.take();
    assert.equal(quota.decide(0), 'later');
    quota.hear(undefined, quota.begin(), 0);
    assert.equal(quota.decide(0), 'now', 'an upstream that says nothing has no limit');
    for (let pulls = 0; pulls < 1000; pulls += 1) quota.take();
    assert.equal(quota.decide(0), 'now');
  });

  it('leaves the reserve, counting what is under way', () => {
    const quota = new Quota('docker.io', 10);
    quota.hear(limit(12), quota.begin(), 1000);
    assert.equal(quota.decide(1000), 'now');
    quota.take();
    assert.equal(quota.decide(1000), 'now');
    quota.take();
    assert.equal(quota.decide(1000), 'later');
    quota.hear(limit(11), quota.begin(), 2000);
    quota.release();
    quota.hear(limit(10), quota.begin(), 3000);
    quota.release();
    assert.deepEqual(quota.decide(3000), {
      for: 'rate-limit',
      upstream: 'docker.io',
      until: new Date(3000 + 6 * HOUR).toISOString(),
      atLatest: true,
      limit: 100,
      remaining: 10,
      reserve: 10,
    });
    assert.equal(quota.isWorthIt(5, 3000), false);
    assert.equal(quota.decide(3000 + 6 * HOUR), 'now', 'nobody knows any more');
  });

  it('goes on when what was under way was not counted', () => {
    const quota = new Quota('docker.io', 10);
    quota.hear(limit(11), quota.begin(), 0);
    quota.take();
    assert.equal(quota.decide(0), 'later');
    quota.release();
    assert.equal(quota.decide(0), 'now');
  });

  it('leaves pulls to what was begun before', () => {
    const quota = new Quota('docker.io', 10);
    quota.hear(limit(12), quota.begin(), 0);
    assert.equal(quota.decide(0, 1), 'now');
    assert.equal(quota.decide(0, 2), 'later');
    assert.equal(quota.decide(0), 'now');
  });

  it('knows when more is left again, and when that is worth it', () => {
    const quota = new Quota('docker.io', 10);
    quota.hear(limit(10), quota.begin(), 0);
    quota.hear(limit(14), quota.begin(), HOUR);
    assert.equal(quota.decide(HOUR), 'now');
    assert.equal(quota.isWorthIt(2, HOUR), true, 'enough for two images');
    assert.equal(quota.isWorthIt(50, HOUR), false);
    quota.hear(limit(60), quota.begin(), 2 * HOUR);
    assert.equal(quota.isWorthIt(50, 2 * HOUR), true, 'half of what there can be');
  });

  it('takes the upstream at its word when it says when there are more', () => {
    const quota = new Quota('gitlab.example.com', 0);
    const said = { limit: 60, remaining: 0, windowSeconds: undefined, resetSeconds: 90 };
    quota.hear(said, quota.begin(), 1000);
    const wait = quota.decide(1000);
    assert.ok(typeof wait === 'object');
    assert.deepEqual([wait.until, wait.atLatest], [new Date(91_000).toISOString(), false]);
  });

  it('asks nothing more after a refusal, until its time is over', () => {
    for (const reserve of [10, undefined]) {
      const quota = new Quota('ghcr.io', reserve);
      quota.refuse(60, 5000);
      quota.refuse(30, 6000);
      const wait = quota.decide(64_999);
      assert.ok(typeof wait === 'object');
      assert.deepEqual(
        [wait.until, wait.remaining, wait.reserve, wait.atLatest],
        [new Date(65_000).toISOString(), null, null, false],
      );
      assert.equal(quota.decide(65_000), 'now');
    }
  });

  it('says of a refusal with nothing left when there will be more, and not only when to ask again', () => {
    const quota = new Quota('docker.io', undefined);
    quota.hear(limit(0), quota.begin(), 0);
    assert.equal(quota.decide(0), 'now', 'a person may try');
    quota.refuse(60, 0);
    const wait = quota.decide(0);
    assert.ok(typeof wait === 'object');
    assert.deepEqual(
      [wait.until, wait.remaining, wait.atLatest],
      [new Date(6 * HOUR).toISOString(), 0, true],
    );
    assert.equal(wait.reserve, null);
  });

  it('lets a person have all that is left', () => {
    const quota = new Quota('docker.io', undefined);
    quota.hear(limit(1), quota.begin(), 0);
    quota.take();
    assert.equal(quota.decide(0), 'now');
  });

  it('never lets the upstream count more than it has above the reserve, in whatever order things happen', () => {
    const step = fc.nat({ max: 1000 });
    fc.assert(
      fc.property(
        fc.nat({ max: 30 }),
        fc.nat({ max: 30 }),
        fc.array(step, { maxLength: 200 }),
        (left, reserve, steps) => {
          const quota = new Quota('docker.io', reserve);
          let remaining = left;
          const first = quota.begin();
          quota.hear(limit(remaining), first, 0);
          const sent: { began: number; counted: number | undefined }[] = [];
          for (const choice of steps) {
            const request = sent[choice % Math.max(1, sent.length)];
            if (choice % 3 === 0 || request === undefined) {
              if (quota.decide(0) !== 'now') continue;
              quota.take();
              sent.push({ began: quota.begin(), counted: undefined });
            } else if (request.counted === undefined) {
              remaining -= 1;
              request.counted = remaining;
            } else {
              quota.hear(limit(request.counted), request.began, 0);
              quota.release();
              sent.splice(sent.indexOf(request), 1);
            }
            assert.ok(
              remaining >= Math.min(left, reserve),
              `${remaining} of ${left} with ${reserve} reserved`,
            );
          }
        },
      ),
    );
  });
});
