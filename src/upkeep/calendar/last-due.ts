import type { Calendar } from './calendar.js';

/** Everything that can come at all comes within as many days: the 29th of February on one weekday, across a year without it. */
const DAYS_BACK = 41 * 366;
const DAY_MS = 86_400_000;

/**
 * The last time at or before `now` that a calendar event was due; undefined when it never was. A time that a change of the clocks left out
 * counts as due an hour later, and one that came twice as due the first time.
 */
export function lastDue(calendar: Calendar, now: Date): Date | undefined {
  const clock = zoneClock(calendar.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const today = Math.floor((now.getTime() + clock.offsetAt(now.getTime())) / DAY_MS);
  // A time that was left out at midnight belongs to the day before, and is due on the next.
  for (let day = today + 1; day > today - DAYS_BACK; day -= 1) {
    if (!isDay(calendar, day)) continue;
    const due = latestOf(calendar, day, now.getTime(), clock);
    if (due !== undefined) return new Date(due);
  }
  return undefined;
}

function isDay({ months, days, weekdays }: Calendar, day: number): boolean {
  const date = new Date(day * DAY_MS);
  return (
    months?.includes(date.getUTCMonth() + 1) !== false &&
    days?.includes(date.getUTCDate()) !== false &&
    weekdays?.includes(date.getUTCDay()) !== false
  );
}

/** The latest time of a day that is not after `most`, in milliseconds since 1970. */
function latestOf(calendar: Calendar, day: number, most: number, clock: ZoneClock): number | undefined {
  const { hours = upTo(23), minutes = upTo(59), seconds = upTo(59) } = calendar;
  for (const hour of hours.toReversed()) {
    for (const minute of minutes.toReversed()) {
      for (const second of seconds.toReversed()) {
        const time = clock.momentOf(day * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1_000);
        if (time <= most) return time;
        // An earlier hour is what is needed, and not each of its seconds.
        if (time - most > 7_200_000) break;
      }
    }
  }
  return undefined;
}

function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, value) => value);
}

/** The clocks of a time zone. */
interface ZoneClock {
  /** Milliseconds that they are ahead of UTC at a moment. */
  offsetAt(moment: number): number;
  /** The moment at which they show a time, which is given as if it were UTC. Of two such moments the first. */
  momentOf(shown: number): number;
}

function zoneClock(timeZone: string): ZoneClock {
  const two = '2-digit';
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
  });

  function offsetAt(moment: number): number {
    const whole = Math.floor(moment / 1_000) * 1_000;
    const parts = new Map(format.formatToParts(whole).map(({ type, value }) => [type, Number(value)]));
    const value = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const day = Date.UTC(value('year'), value('month') - 1, value('day'));
    return day + ((value('hour') * 60 + value('minute')) * 60 + value('second')) * 1_000 - whole;
  }

  function momentOf(shown: number): number {
    // With the offset of the day before and that of the day after: the clocks change once in between, if at all.
    const moments = [shown - offsetAt(shown - DAY_MS), shown - offsetAt(shown + DAY_MS)];
    const [early, late] = [Math.min(...moments), Math.max(...moments)];
    return early + offsetAt(early) === shown ? early : late;
  }

  return { offsetAt, momentOf };
}
