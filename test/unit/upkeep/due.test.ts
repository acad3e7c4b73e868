import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseCalendar } from '#src/upkeep/calendar/parse.js';
import { type Lease, unusedSince } from '#src/upkeep/leases.js';
import { isMissed } from '#src/upkeep/schedule.js';

describe('a run', () => {
  const nightly = parseCalendar('02:00 UTC');
  const missed = (last: string | undefined, now: string) =>
    isMissed(nightly, last === undefined ? undefined : new Date(last), new Date(now));

  it('was missed when one was due since the last one began, and when there never was one', () => {
    assert.equal(missed(undefined, '2026-01-02T12:00:00Z'), true);
    assert.equal(missed('2026-01-02T02:00:01Z', '2026-01-02T12:00:00Z'), false);
    assert.equal(missed('2026-01-02T02:00:00Z', '2026-01-03T01:59:59Z'), false);
    assert.equal(missed('2026-01-02T02:00:00Z', '2026-01-03T02:00:00Z'), true);
    assert.equal(missed('2026-01-02T01:00:00Z', '2026-01-02T12:00:00Z'), true);
    // A clock that was wrong had the last one in the future: nothing is missed until then.
    assert.equal(missed('2027-01-01T00:00:00Z', '2026-01-02T12:00:00Z'), false);
  });

  it('that has just begun is never missed', () => {
    const moment = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
    fc.assert(fc.property(moment, (now) => assert.equal(isMissed(nightly, now, now), false)));
  });
});

describe('a mirror', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
  const lease = (expires: number): Lease => {
    const said = at(0).toISOString();
    return { version: 1, name: `until ${expires}`, since: said, said, expires: at(expires).toISOString() };
  };

  it('is unused since the last lease ended, once there was one since it started', () => {
    assert.equal(unusedSince([], at(0), at(9)), undefined);
    assert.deepEqual(unusedSince([lease(3), lease(5)], at(0), at(9)), at(5));
    assert.equal(unusedSince([lease(3), lease(10)], at(0), at(9)), undefined, 'one is held');
    assert.equal(unusedSince([lease(3)], at(4), at(9)), undefined, 'it was started later, by hand');
  });

  it('is never unused while a lease is held', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 })), fc.integer({ min: 0, max: 60 }), (ends, now) => {
        const since = unusedSince(ends.map(lease), at(0), at(now));
        if (ends.some((end) => end > now)) assert.equal(since, undefined);
        else if (since !== undefined) assert.ok(since <= at(now) && since > at(0));
      }),
    );
  });
});
