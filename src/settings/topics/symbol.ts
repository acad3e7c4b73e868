import * as z from 'zod';
import { redactText } from '../../host/redact.js';
import type { Parsed } from '../parsed.js';

/** Longer than any list that a person writes, short enough for every file that a value ends up in. */
const LONGEST = 8192;

/** What can stand in no value: control characters, and what else ends a line or is no text (Unicode categories Cc, Zl, Zp, Cs). */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

/** A bool. One that is not asked for at present, because what it depends on is off, is off too. */
export const flag = z
  .enum(['y', 'n'], { error: ({ input }) => `expected y or n; found ${shown(String(input))}` })
  .optional()
  .transform((text) => text === 'y');

/** A value that is always there, read by `parse`. */
export function value<T>(parse: (text: string) => Parsed<T>) {
  return z.string({ error: 'is not set' }).transform((text, context) => {
    const parsed = isFit(text) ? parse(text) : { expected: `one line of at most ${LONGEST} characters` };
    if ('value' in parsed) return parsed.value;
    context.addIssue({ code: 'custom', message: `expected ${parsed.expected}; found ${shown(text)}` });
    return z.NEVER;
  });
}

/** A value that may not be asked for at present. */
export function whenAsked<T>(parse: (text: string) => Parsed<T>) {
  return value(parse).optional();
}

/** Several values separated by spaces; none in an empty text. */
export function listOf<T>(parse: (text: string) => Parsed<T>): (text: string) => Parsed<readonly T[]> {
  return (text) => {
    const values: T[] = [];
    for (const word of text.split(' ').filter((each) => each !== '')) {
      const parsed = parse(word);
      if (!('value' in parsed)) return { expected: `${parsed.expected}, each separated by spaces` };
      values.push(parsed.value);
    }
    return { value: values };
  };
}

/** An empty text as undefined, any other as `parse` reads it. */
export function orNothing<T>(parse: (text: string) => Parsed<T>): (text: string) => Parsed<T | undefined> {
  return (text) => (text === '' ? { value: undefined } : parse(text));
}

/** A whole number. Its range in detail is that of Kconfig. */
export function wholeNumber(text: string): Parsed<number> {
  return /^\d{1,9}$/.test(text) ? { value: Number(text) } : { expected: 'a whole number' };
}

/** A path that means the same wherever the mirror is started. */
export function absolutePath(text: string): Parsed<string> {
  return text.startsWith('/')
    ? { value: text }
    : { expected: 'an absolute path, such as /etc/docker-mirror/file' };
}

/** A text that a pattern describes. */
export function matching(pattern: RegExp, expected: string): (text: string) => Parsed<string> {
  return (text) => (pattern.test(text) ? { value: text } : { expected });
}

/** The symbols of a choice, and what each of them means. */
export function choiceOf<const T extends Readonly<Record<string, string>>>(meanings: T) {
  const names = Object.keys(meanings) as (keyof T & string)[];
  const shape = Object.fromEntries(names.map((name) => [name, flag])) as Record<
    keyof T & string,
    typeof flag
  >;
  return {
    shape,
    /** What is chosen; undefined when the choice is not asked for at present. */
    chosen(flags: Readonly<Record<keyof T & string, boolean>>): T[keyof T & string] | undefined {
      const name = names.find((each) => flags[each]);
      return name === undefined ? undefined : meanings[name];
    },
  };
}

function isFit(text: string): boolean {
  return text.length <= LONGEST && !UNFIT.test(text);
}

/** A value for a message: on one line, not too long, and without the password of a URL. */
export function shown(text: string): string {
  const safe = redactText(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  return JSON.stringify(safe).replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/gu, (unit) => `\\u${hex(unit)}`);
}

function hex(unit: string): string {
  return (unit.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
}
