import type { Substitution, Value } from './substitution.js';

/** Texts that one place of a file can become at most; more are left out. */
const LIMIT = 100;

/** Longer texts name no image, characters. */
const LONGEST = 2000;

/** A part of a text: as it stands, or one of several values; a `missing` says why there is none. */
export type Part = string | readonly Value[] | { readonly missing: string };

/** Every text that comes of a row of parts, each value of one with each of the others. */
export function combine(parts: readonly Part[]): Substitution[] {
  let made: { text: string; from: readonly string[] }[] = [{ text: '', from: [] }];
  for (const part of parts) {
    if (typeof part === 'string') made = made.map(({ text, from }) => ({ text: text + part, from }));
    else if ('missing' in part) return [{ text: '', from: [], missing: part.missing }];
    else {
      made = made
        .flatMap(({ text, from }) =>
          part.map((value) => ({
            text: text + value.text,
            from: value.from === '' || from.includes(value.from) ? from : [...from, value.from],
          })),
        )
        .slice(0, LIMIT);
    }
    if (made.some(({ text }) => text.length > LONGEST)) {
      return [{ text: '', from: [], missing: 'it is too long for a name' }];
    }
  }
  return made.map((each) => ({ ...each, missing: undefined }));
}

/** A text as the row of its parts, in which `evaluate` says what each expression stands for. */
export function splitAt(
  text: string,
  ranges: Iterable<{ readonly start: number; readonly end: number }>,
  evaluate: (expression: string) => Part,
): Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const { start, end } of ranges) {
    parts.push(text.slice(done, start), evaluate(text.slice(start, end)));
    done = end;
  }
  parts.push(text.slice(done));
  return parts.filter((part) => part !== '');
}
