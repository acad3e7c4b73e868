import { type Calendar, CalendarError } from './calendar.js';
import { DAYS, type FieldRange, HOURS, MINUTES, MONTHS, readComponent, SECONDS } from './component.js';

/** systemd.time(7), "Calendar Events". */
const SHORTHANDS = new Map(
  Object.entries({
    minutely: '*-*-* *:*:00',
    hourly: '*-*-* *:00:00',
    daily: '*-*-* 00:00:00',
    weekly: 'Mon *-*-* 00:00:00',
    monthly: '*-*-01 00:00:00',
    yearly: '*-01-01 00:00:00',
    annually: '*-01-01 00:00:00',
    quarterly: '*-01,04,07,10-01 00:00:00',
    semiannually: '*-01,07-01 00:00:00',
    'semi-annually': '*-01,07-01 00:00:00',
  }),
);

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** Of each month, in leap years. */
const MONTH_LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads a calendar event of systemd, `[WEEKDAYS] [DATE] [TIME] [ZONE]`, as far as cron can follow it: no years, no days counted from the
 * end of a month (`~`), no parts of seconds.
 * @throws CalendarError naming what is wrong, or what cron cannot follow
 */
export function parseCalendar(text: string): Calendar {
  const words = text.trim().split(/ +/);
  const zone = words.length > 1 && isZone(words.at(-1) ?? '') ? words.pop() : undefined;
  if (zone !== undefined) checkZone(zone, text);
  const only = words.length === 1 ? SHORTHANDS.get((words[0] ?? '').toLowerCase()) : undefined;
  const rest = only === undefined ? words : only.split(' ');
  const weekdays = /^[a-z]/i.test(rest[0] ?? '') ? readWeekdays(rest.shift() ?? '', text) : undefined;
  const date = rest[0] !== undefined && !rest[0].includes(':') ? rest.shift() : undefined;
  const time = rest.shift();
  if (rest.length > 0) throw wrong(text, `"${rest.join(' ')}" is too much`);
  if (weekdays === undefined && date === undefined && time === undefined) throw wrong(text, 'it is empty');
  const calendar = {
    text,
    weekdays,
    ...readDate(date ?? '*-*-*', text),
    ...readTime(time ?? '00:00:00', text),
    zone,
  };
  refuseNever(calendar);
  return calendar;
}

function readWeekdays(word: string, text: string): readonly number[] {
  const days = new Set<number>();
  for (const item of word.replace(/,$/, '').split(',')) {
    const [from = '', to = from, ...more] = item.split(/\.\.|-/);
    const [first, last] = [weekdayOf(from), weekdayOf(to)];
    if (first < 0 || last < 0 || more.length > 0) throw wrong(text, `"${item}" is no day of the week`);
    // A week begins on Monday here.
    const [start, end] = [(first + 6) % 7, (last + 6) % 7];
    if (start > end) throw wrong(text, `"${item}" goes backwards: a week begins on Monday`);
    for (let day = start; day <= end; day += 1) days.add((day + 1) % 7);
  }
  return [...days].sort((a, b) => a - b);
}

function weekdayOf(name: string): number {
  const lower = name.toLowerCase();
  return WEEKDAYS.findIndex((weekday) => weekday === lower || weekday.slice(0, 3) === lower);
}

function readDate(word: string, text: string): Pick<Calendar, 'months' | 'days'> {
  if (word.startsWith('@')) throw onlySystemd(text, 'a single moment');
  if (word.includes('~')) throw onlySystemd(text, 'a day counted from the end of the month');
  const parts = word.split('-');
  const [year, month, day] = parts.length === 2 ? ['*', ...parts] : parts;
  if (month === undefined || day === undefined || parts.length > 3) {
    throw wrong(text, `"${word}" is no date, such as *-*-01 or 12-24`);
  }
  if (year !== '*') throw onlySystemd(text, 'a year');
  return { months: read(month, MONTHS, text), days: read(day, DAYS, text) };
}

function readTime(word: string, text: string): Pick<Calendar, 'hours' | 'minutes' | 'seconds'> {
  const [hour, minute, second = '00', ...more] = word.split(':');
  if (hour === undefined || minute === undefined || more.length > 0) {
    throw wrong(text, `"${word}" is no time, such as 02:00 or *:00/15`);
  }
  if (second.replaceAll('..', '').includes('.')) throw onlySystemd(text, 'a part of a second');
  return {
    hours: read(hour, HOURS, text),
    minutes: read(minute, MINUTES, text),
    seconds: read(second, SECONDS, text),
  };
}

function read(component: string, range: FieldRange, text: string): readonly number[] | undefined {
  const values = readComponent(component, range);
  if (values !== undefined && 'problem' in values) throw wrong(text, values.problem);
  return values;
}

function isZone(word: string): boolean {
  return word === 'UTC' || /^[A-Za-z]+\/[A-Za-z/_+-]+$/.test(word);
}

function checkZone(zone: string, text: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    // Intl says no more than that it does not know it.
    throw wrong(text, `"${zone}" is no time zone known here`);
  }
}

function refuseNever({ months, days, text }: Pick<Calendar, 'months' | 'days' | 'text'>): void {
  if (days === undefined) return;
  const longest = Math.max(...(months ?? [1]).map((month) => MONTH_LENGTHS[month - 1] ?? 0));
  if (Math.min(...days) > longest) throw wrong(text, 'that day never comes');
}

function wrong(text: string, why: string): CalendarError {
  return new CalendarError(`"${text}" is no calendar event: ${why}`, {
    hint: 'such as "*-*-* 02:00:00", "Mon..Fri 03:30" or "daily"; see systemd.time(7)',
  });
}

function onlySystemd(text: string, what: string): CalendarError {
  return new CalendarError(
    `"${text}" names ${what}, which only systemd can follow, and it does not run here`,
    {
      hint: 'write an event that returns regularly, such as "*-*-* 02:00:00" or "Sun 04:00"',
    },
  );
}
