import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { parseTimeWindow, windowState } from '#src/images/time-window.js';

/** In words: whether it is open, and until when, as the clock on the wall shows it. */
function at(moment: string, window: string): string {
  const parsed = parseTimeWindow(window);
  assert.ok(parsed !== undefined, window);
  const { open, until } = windowState(new Date(moment), parsed);
  const two = (value: number) => String(value).padStart(2, '0');
  const shown =
    until === undefined ? 'ever' : `${until.getDate()}. ${two(until.getHours())}:${two(until.getMinutes())}`;
  return `${open ? 'open' : 'closed'} until ${shown}`;
}

describe('a time window', () => {
  const zone = process.env['TZ'];
  before(() => {
    // Clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October.
    process.env['TZ'] = 'Europe/Berlin';
  });
  after(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('is two times of day', () => {
    assert.deepEqual(parseTimeWindow('01:00-06:30'), { from: 60, to: 390 });
    for (const text of [
      '',
      '1:00-6:00',
      '01:00',
      '24:00-06:00',
      '01:00-06:60',
      '01:00 - 06:00',
      ' 01:00-06:00',
    ]) {
      assert.equal(parseTimeWindow(text), undefined, text);
    }
  });

  it('is always open when there is none, or when it ends when it begins', () => {
    assert.deepEqual(windowState(new Date(), undefined), { open: true, until: undefined });
    assert.equal(at('2026-06-10T12:00:00', '05:00-05:00'), 'open until ever');
  });

  it('opens and closes on the minute', () => {
    assert.equal(at('2026-06-10T00:59:59.999', '01:00-06:00'), 'closed until 10. 01:00');
    assert.equal(at('2026-06-10T01:00:00', '01:00-06:00'), 'open until 10. 06:00');
    assert.equal(at('2026-06-10T05:59:59.999', '01:00-06:00'), 'open until 10. 06:00');
    assert.equal(at('2026-06-10T06:00:00', '01:00-06:00'), 'closed until 11. 01:00');
    assert.equal(at('2026-06-30T23:00:00', '01:00-06:00'), 'closed until 1. 01:00');
  });

  it('crosses midnight when it ends before it begins', () => {
    assert.equal(at('2026-06-10T22:00:00', '23:30-04:00'), 'closed until 10. 23:30');
    assert.equal(at('2026-06-10T23:30:00', '23:30-04:00'), 'open until 11. 04:00');
    assert.equal(at('2026-06-11T03:00:00', '23:30-04:00'), 'open until 11. 04:00');
    assert.equal(at('2026-06-11T04:00:00', '23:30-04:00'), 'closed until 11. 23:30');
    assert.equal(at('2026-06-10T00:00:00', '00:00-23:59'), 'open until 10. 23:59');
  });

  it('goes by the clock on the wall when clocks change', () => {
    assert.equal(at('2026-03-29T00:00:00', '01:00-06:00'), 'closed until 29. 01:00');
    assert.equal(at('2026-03-29T01:30:00', '02:15-02:45'), 'closed until 29. 03:15', 'it is moved');
    assert.equal(at('2026-03-29T03:20:00', '02:15-02:45'), 'open until 29. 03:45');
    const [from, to] = [new Date('2026-10-25T01:00:00'), new Date('2026-10-25T06:00:00')];
    assert.deepEqual(windowState(from, { from: 60, to: 360 }), { open: true, until: to });
    assert.equal(to.getTime() - from.getTime(), 6 * 3_600_000, 'that night is longer');
  });

  it('changes at `until`, and at no moment before', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
    fc.assert(
      fc.property(
        minute,
        minute,
        moment,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (from, to, ms, part) => {
          fc.pre(from !== to);
          const now = new Date(ms);
          const state = windowState(now, { from, to });
          const until = state.until?.getTime() ?? Number.NaN;
          assert.ok(until > ms && until - ms <= 25 * 3_600_000);
          const between = new Date(ms + Math.floor((until - 1 - ms) * part));
          assert.equal(windowState(between, { from, to }).open, state.open);
          const then = windowState(new Date(until), { from, to });
          assert.ok(then.open !== state.open || isAroundChange(until), `${now.toISOString()} ${from} ${to}`);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

/** Two windows that meet, because the clocks skipped what is between them. */
function isAroundChange(ms: number): boolean {
  const date = new Date(ms);
  return (date.getMonth() === 2 && date.getDate() === 29) || (date.getMonth() === 9 && date.getDate() === 25);
}
