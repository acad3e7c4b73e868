import { MirrorError } from '../../errors.js';

/** When something is due, in the words of cron: it is when every field holds. A field that is undefined always holds. */
export interface Calendar {
  /** As it was written. */
  readonly text: string;
  /** 0 (Sunday) to 6. */
  readonly weekdays: readonly number[] | undefined;
  /** 1 to 12. */
  readonly months: readonly number[] | undefined;
  /** 1 to 31. */
  readonly days: readonly number[] | undefined;
  readonly hours: readonly number[] | undefined;
  readonly minutes: readonly number[] | undefined;
  readonly seconds: readonly number[] | undefined;
  /** An IANA name; undefined: the zone of this host. */
  readonly zone: string | undefined;
}

/** A calendar event is wrong, or is one that only systemd can follow. */
export class CalendarError extends MirrorError {
  readonly code = 'CALENDAR_INVALID';
}

/** A cron expression of six fields, seconds first, in which both the day and the weekday have to fit. */
export function cronExpression({ seconds, minutes, hours, days, months, weekdays }: Calendar): string {
  return [seconds, minutes, hours, days, months, weekdays]
    .map((values) => (values === undefined ? '*' : values.join(',')))
    .join(' ');
}
