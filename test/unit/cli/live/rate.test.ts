import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRate } from '#src/cli/live/rate.js';

describe('a rate', () => {
  it('is not known before a second has passed', () => {
    const rate = createRate();
    assert.equal(rate.perSecond(0), undefined);
    rate.add(1000, 0);
    assert.equal(rate.perSecond(999), undefined);
    assert.equal(rate.perSecond(1000), 1000);
  });

  it('is that of the last five seconds, and not of the time before', () => {
    const rate = createRate();
    for (let now = 0; now < 10_000; now += 10) rate.add(1_000, now);
    assert.equal(Math.round(rate.perSecond(10_000) ?? 0), 100_000);
    for (let now = 10_000; now < 15_000; now += 10) rate.add(10, now);
    assert.ok(Math.abs((rate.perSecond(15_000) ?? 0) - 1_000) < 100, String(rate.perSecond(15_000)));
  });

  it('falls to nothing when nothing comes', () => {
    const rate = createRate();
    for (let now = 0; now <= 3_000; now += 100) rate.add(100, now);
    const then = rate.perSecond(3_000) ?? 0;
    const later = rate.perSecond(6_000) ?? 0;
    assert.ok(later > 0 && later < then, `${then}, ${later}`);
    assert.equal(rate.perSecond(60_000), 0);
  });

  it('counts everything, however unevenly it comes', () => {
    const rate = createRate();
    rate.add(100, 0);
    rate.add(100, 1);
    rate.add(800, 1_999);
    assert.equal(rate.perSecond(2_000), 500);
  });
});
