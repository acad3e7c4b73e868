import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RateLimitWatch } from '#src/oci/rate-limit-watch.js';

const said = (remaining: number) => ({ limit: 100, remaining, windowSeconds: 21_600 });

describe('RateLimitWatch', () => {
  it('knows nothing before an upstream says something', () => {
    assert.equal(new RateLimitWatch().known, undefined);
  });

  it('takes the last word, up or down, of requests one after the other', () => {
    const watch = new RateLimitWatch();
    for (const [at, remaining] of [20, 19, 100].entries()) {
      watch.note(said(remaining), watch.begin(), at);
      assert.deepEqual(watch.known, { limit: 100, remaining, windowSeconds: 21_600, seen: at });
    }
  });

  it('takes an answer that comes late for what it is', () => {
    const watch = new RateLimitWatch();
    const [slow, fast] = [watch.begin(), watch.begin()];
    watch.note(said(18), fast, 1);
    watch.note(said(19), slow, 2);
    assert.equal(watch.known?.remaining, 18);
    assert.equal(watch.known.seen, 1);
    watch.note(said(60), watch.begin(), 3);
    assert.equal(watch.known.remaining, 60, 'what is asked for afterwards is news');
  });

  it('never says more than is left, in whatever order answers come', () => {
    // Each request is sent, counted by the upstream, and answered, at three moments of its own.
    const moments = fc
      .tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true }), fc.double({ noNaN: true }))
      .map((times) => [...times].sort((a, b) => a - b));
    fc.assert(
      fc.property(fc.array(moments, { maxLength: 12 }), (requests) => {
        const steps = requests
          .flatMap((times, request) => times.map((time, step) => ({ time, step, request })))
          .sort((a, b) => a.time - b.time || a.request - b.request || a.step - b.step);
        const watch = new RateLimitWatch();
        const tickets = new Map<number, number>();
        const counted = new Map<number, number>();
        let left = 100;
        let answered = 0;
        for (const { step, request } of steps) {
          if (step === 0) tickets.set(request, watch.begin());
          else if (step === 1) counted.set(request, --left);
          else {
            watch.note(said(counted.get(request) ?? 0), tickets.get(request) ?? 0, 0);
            answered += 1;
            const known = watch.known?.remaining ?? Number.NaN;
            assert.ok(known <= 100 - answered, `${known} after ${answered} answers`);
            assert.ok(known >= left);
          }
        }
      }),
    );
  });
});
