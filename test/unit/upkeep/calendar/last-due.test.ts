import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lastDue } from '#src/upkeep/calendar/last-due.js';
import { parseCalendar } from '#src/upkeep/calendar/parse.js';

function last(text: string, now: string): string | undefined {
  return lastDue(parseCalendar(text), new Date(now))?.toISOString();
}

describe('the last time an event was due', () => {
  it('is the latest that is not after now', () => {
    assert.equal(last('*-*-* 02:00:00 UTC', '2026-05-10T02:00:00Z'), '2026-05-10T02:00:00.000Z');
    assert.equal(last('*-*-* 02:00:00 UTC', '2026-05-10T01:59:59Z'), '2026-05-09T02:00:00.000Z');
    assert.equal(last('*:0/15 UTC', '2026-05-10T00:07:00Z'), '2026-05-10T00:00:00.000Z');
    assert.equal(last('Sun 04:00 UTC', '2026-05-09T23:00:00Z'), '2026-05-03T04:00:00.000Z');
    assert.equal(last('*-01-31 12:00 UTC', '2026-01-30T00:00:00Z'), '2025-01-31T12:00:00.000Z');
    assert.equal(last('*-02-29 UTC', '2026-01-01T00:00:00Z'), '2024-02-29T00:00:00.000Z');
    assert.equal(last('Sun *-02-29 UTC', '2026-01-01T00:00:00Z'), '2004-02-29T00:00:00.000Z');
  });

  it('follows the clocks of its zone', () => {
    assert.equal(last('02:00 Europe/Berlin', '2026-01-10T12:00:00Z'), '2026-01-10T01:00:00.000Z');
    assert.equal(last('02:00 Europe/Berlin', '2026-07-10T12:00:00Z'), '2026-07-10T00:00:00.000Z');
    assert.equal(last('23:30 America/Los_Angeles', '2026-07-10T12:00:00Z'), '2026-07-10T06:30:00.000Z');
    // 02:30 is left out on the 29th of March, and comes twice on the 25th of October.
    assert.equal(last('02:30 Europe/Berlin', '2026-03-29T12:00:00Z'), '2026-03-29T01:30:00.000Z');
    assert.equal(last('02:30 Europe/Berlin', '2026-10-25T12:00:00Z'), '2026-10-25T00:30:00.000Z');
    assert.equal(last('12:00 Europe/Berlin', '2026-10-25T12:00:00Z'), '2026-10-25T11:00:00.000Z');
    assert.equal(last('12:00 Europe/Berlin', '2026-03-29T12:00:00Z'), '2026-03-29T10:00:00.000Z');
  });

  it('is never after now, and stays the last until the next one', () => {
    const event = fc.constantFrom(
      ...['daily', 'hourly', 'Mon..Fri 03:30', '*-*-1,15 12:00', '*:7/20', 'Sun 23:59:59', '*-02-29'],
    );
    const zone = fc.constantFrom('', ' UTC', ' Europe/Berlin', ' Pacific/Auckland', ' America/New_York');
    const moment = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(event, zone, moment, (text, where, now) => {
        const calendar = parseCalendar(`${text}${where}`);
        const due = lastDue(calendar, now);
        assert.ok(due !== undefined && due <= now);
        assert.deepEqual(lastDue(calendar, due), due);
        const between = new Date((due.getTime() + now.getTime()) / 2);
        assert.deepEqual(lastDue(calendar, between), due);
      }),
    );
  });
});
