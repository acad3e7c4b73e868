import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lastDue } from '#src/upkeep/calendar/last-due.js';
import { parseCalendar } from '#src/upkeep/calendar/parse.js';
import { lacking } from '../../parts/needs.js';

/** When systemd would do it next after a moment, in UTC; undefined when it takes the event for none. */
function nextOfSystemd(text: string, after: Date): Date | undefined {
  const base = after.toISOString().slice(0, 19).replace('T', ' ');
  try {
    const out = execFileSync('systemd-analyze', ['calendar', `--base-time=${base} UTC`, text], {
      env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const next = /Next elapse: \w+ (\S+) (\S+) UTC/.exec(out);
    return next === null ? undefined : new Date(`${next[1]}T${next[2]}Z`);
  } catch {
    return undefined;
  }
}

function readable(text: string): boolean {
  try {
    parseCalendar(text);
    return true;
  } catch {
    return false;
  }
}

const number = (least: number, most: number) => fc.integer({ min: least, max: most }).map(String);
const component = (least: number, most: number) => {
  const one = number(least, most);
  const pair = fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));
  // systemd refuses some lists with 5..5 in them, and takes others.
  const range = pair.filter(([a, b]) => a !== b).map((ends) => `${Math.min(...ends)}..${Math.max(...ends)}`);
  const step = fc.tuple(fc.oneof(one, range), number(1, 20)).map(([a, b]) => `${a}/${b}`);
  return fc.oneof(
    fc.constant('*'),
    fc.array(fc.oneof(one, range, step), { minLength: 1, maxLength: 3 }).map((all) => all.join(',')),
  );
};
const weekday = fc.constantFrom('Mon', 'tue', 'Wednesday', 'Thu', 'Fri', 'Sat', 'SUN');
const weekdays = fc.oneof(
  fc.constant(''),
  weekday,
  fc.tuple(weekday, weekday).map(([a, b]) => `${a}..${b}`),
  fc.tuple(weekday, weekday).map(([a, b]) => `${a},${b}`),
);
const event = fc
  .tuple(
    weekdays,
    fc.tuple(component(1, 12), component(1, 31)).map(([month, day]) => `*-${month}-${day}`),
    fc.tuple(component(0, 23), component(0, 59), component(0, 59)).map((all) => all.join(':')),
  )
  .map((all) => all.filter((word) => word !== '').join(' '));

describe('calendar events, compared with systemd', {
  skip: lacking({ programs: ['systemd-analyze'] }),
}, () => {
  it('mean the same, and what systemd refuses is refused', () => {
    const moment = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    let compared = 0;
    fc.assert(
      fc.property(event, moment, (text, raw) => {
        const now = new Date(Math.floor(raw.getTime() / 1000) * 1000);
        const next = nextOfSystemd(`${text} UTC`, now);
        if (next === undefined) return assert.ok(!readable(text), `systemd refuses ${text}`);
        compared += 1;
        const calendar = parseCalendar(`${text} UTC`);
        assert.deepEqual(lastDue(calendar, next), next);
        // systemd 252 leaves out days of the new year: after 2029-12-30 "Tue *-*-1/4" is not on Tuesday, 2030-01-01.
        if (next.getUTCFullYear() !== now.getUTCFullYear()) return;
        const before = lastDue(calendar, new Date(next.getTime() - 1000));
        assert.ok(
          before === undefined || before <= now,
          `${before?.toISOString()} comes after ${now.toISOString()}`,
        );
      }),
      { numRuns: 60 },
    );
    assert.ok(compared > 5, `${compared} events are comparable`);
  });
});
