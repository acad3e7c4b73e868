/** The values that a field can have. */
export interface FieldRange {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

export const MONTHS: FieldRange = { name: 'month', first: 1, last: 12 };
export const DAYS: FieldRange = { name: 'day', first: 1, last: 31 };
export const HOURS: FieldRange = { name: 'hour', first: 0, last: 23 };
export const MINUTES: FieldRange = { name: 'minute', first: 0, last: 59 };
export const SECONDS: FieldRange = { name: 'second', first: 0, last: 59 };

const ITEM = /^(\d{1,9})(?:\.\.(\d{1,9}))?(?:\/(\d{1,9}))?$/;

/**
 * The values of one component of a calendar event (systemd.time(7)): `*`, or a list of `5`, `1..5`, `0/15` and `1..10/3`.
 * @returns them in order, each once; undefined for `*`; why not, when it is none
 */
export function readComponent(
  text: string,
  range: FieldRange,
): readonly number[] | undefined | { readonly problem: string } {
  if (text === '*') return undefined;
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const match = ITEM.exec(item);
    if (match === null) return { problem: `"${item}" is no ${range.name}` };
    const start = Number(match[1]);
    const step = match[3] === undefined ? undefined : Number(match[3]);
    const end = match[2] === undefined ? (step === undefined ? start : range.last) : Number(match[2]);
    if (step === 0) return { problem: `"${item}" has steps of 0` };
    if (start < range.first || end > range.last || start > end) {
      return { problem: `"${item}" is not between ${range.first} and ${range.last}` };
    }
    if (step !== undefined && match[2] === undefined && start + step > range.last) {
      return { problem: `"${item}" has steps that lead beyond ${range.last} at once` };
    }
    for (let value = start; value <= end; value += step ?? 1) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}
