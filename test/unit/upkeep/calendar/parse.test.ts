import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cronExpression } from '#src/upkeep/calendar/calendar.js';
import { parseCalendar } from '#src/upkeep/calendar/parse.js';

function cron(text: string): string {
  return cronExpression(parseCalendar(text));
}

describe('a calendar event of systemd', () => {
  it('becomes a cron expression', () => {
    const expected = {
      '*-*-* 02:00:00': '0 0 2 * * *',
      daily: '0 0 0 * * *',
      Hourly: '0 0 * * * *',
      weekly: '0 0 0 * * 1',
      quarterly: '0 0 0 1 1,4,7,10 *',
      'Sun 04:00': '0 0 4 * * 0',
      'Mon..Fri 03:30': '0 30 3 * * 1,2,3,4,5',
      'Mon-Wed,sunday': '0 0 0 * * 0,1,2,3',
      '*:0/15': '0 0,15,30,45 * * * *',
      '*-*-1..10/3 1,3:05': '0 5 1,3 1,4,7,10 * *',
      '12-24 18:00': '0 0 18 24 12 *',
      'Fri *-*-13 *:*:0/20': '0,20,40 * * 13 * 5',
      '20/2:00': '0 0 20,22 * * *',
      '*-02-29': '0 0 0 29 2 *',
    };
    for (const [text, line] of Object.entries(expected)) assert.equal(cron(text), line, text);
  });

  it('may have a time zone', () => {
    assert.equal(parseCalendar('daily UTC').zone, 'UTC');
    assert.deepEqual(
      [parseCalendar('Sun 02:00 Europe/Berlin').zone, cron('Sun 02:00 Europe/Berlin')],
      ['Europe/Berlin', '0 0 2 * * 0'],
    );
    assert.equal(parseCalendar('daily').zone, undefined);
    assert.throws(() => parseCalendar('daily Mars/Olympus'), {
      code: 'CALENDAR_INVALID',
      message: /no time zone/,
    });
  });

  it('is refused when it is none, with what is wrong and what to write', () => {
    const wrong = {
      '': /no calendar event/,
      'at night': /no day of the week/,
      '25:00': /not between 0 and 23/,
      '5..1:00': /not between/,
      '*:0/0': /steps of 0/,
      '*-13-01': /not between 1 and 12/,
      '*-02-30': /never comes/,
      'Sat..Mon': /goes backwards/,
      '02': /no date/,
      '*': /no date/,
      '02:00 03:00': /too much/,
      '*:*/15': /no minute/,
    };
    for (const [text, message] of Object.entries(wrong)) {
      assert.throws(
        () => parseCalendar(text),
        { code: 'CALENDAR_INVALID', message, hint: /systemd\.time/ },
        text,
      );
    }
  });

  it('is refused when only systemd can follow it', () => {
    for (const text of ['2027-*-* 02:00', '*-*~1 02:00', '02:00:00.5', '@1700000000']) {
      assert.throws(
        () => parseCalendar(text),
        { message: /only systemd can follow/, hint: /"Sun 04:00"/ },
        text,
      );
    }
  });

  it('is read or refused, whatever is written', () => {
    const piece = fc.constantFrom(
      '*',
      '-',
      ':',
      '/',
      '..',
      ',',
      '~',
      ' ',
      '0',
      '2',
      '13',
      '59',
      'Mon',
      'daily',
      'UTC',
      '.',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 14 }).map((all) => all.join('')),
        ),
        (text) => {
          try {
            assert.match(cron(text), /^([\d,]+|\*)( ([\d,]+|\*)){5}$/);
          } catch (error) {
            assert.equal((error as { code?: string }).code, 'CALENDAR_INVALID', String(error));
          }
        },
      ),
    );
  });
});
