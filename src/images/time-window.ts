/** A time of day, in minutes since midnight by the clock on the wall. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Whether a window is open, and until when it stays so; `until` is undefined when it never closes. */
export type WindowState =
  | { readonly open: true; readonly until: Date | undefined }
  | { readonly open: false; readonly until: Date };

const SHAPE = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** Reads `HH:MM-HH:MM`. @returns undefined when it is something else */
export function parseTimeWindow(text: string): TimeWindow | undefined {
  const found = SHAPE.exec(text);
  if (found === null) return undefined;
  const [, fromHour, fromMinute, toHour, toMinute] = found.map(Number);
  return {
    from: (fromHour ?? 0) * 60 + (fromMinute ?? 0),
    to: (toHour ?? 0) * 60 + (toMinute ?? 0),
  };
}

/**
 * Whether a window is open, in the time of this host. One whose end is not behind its begin crosses midnight; one that ends when it begins
 * is always open. When the clocks change, the window opens and closes when they show its times, the first time when they show them
 * twice; a time that they skip counts as the moment after.
 */
export function windowState(now: Date, window: TimeWindow | undefined): WindowState {
  if (window === undefined || window.from === window.to) return { open: true, until: undefined };
  const crosses = window.to < window.from;
  for (const day of [-1, 0, 1, 2]) {
    const from = onDay(now, day, window.from);
    const until = onDay(now, crosses ? day + 1 : day, window.to);
    if (now >= until) continue;
    return now >= from ? { open: true, until } : { open: false, until: from };
  }
  throw new RangeError(`${now.toISOString()} has no day after the next`);
}

function onDay(now: Date, days: number, minutes: number): Date {
  return new Date(
    now.getFullYear(),
    now.getMonth(),
    now.getDate() + days,
    Math.floor(minutes / 60),
    minutes % 60,
  );
}
