/**
 * Code points that take two columns (East Asian Width W and F, Unicode 15), roughly: whole blocks, with what is unassigned in them.
 * Emoji outside of these blocks are found by their property. Source: https://www.unicode.org/reports/tr11/
 */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d7f],
  [0x1aff0, 0x1b2fb],
  [0x1f200, 0x1f265],
  [0x20000, 0x2fffd],
  [0x30000, 0x3fffd],
];

const EMOJI = /^\p{Emoji_Presentation}/u;
/** A picture that is drawn as one although its plain form is narrow: a heart followed by VARIATION SELECTOR-16. */
const PICTURE = /^\p{Extended_Pictographic}.*\u{fe0f}/su;
/** Marks drawn over what stands before them, and what is not drawn at all. */
const NOTHING = /^[\p{Mn}\p{Me}\p{Cf}\u{1160}-\u{11ff}]/u;
const SOFT_HYPHEN = 0xad;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Every character as a person counts them: with its accents, and an emoji family as one. */
export function charactersOf(text: string): string[] {
  if (isPlain(text)) return [...text];
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** How many columns of a terminal a character of `charactersOf` takes: 0, 1 or 2. */
export function characterWidth(character: string): 0 | 1 | 2 {
  if (character.length === 1 && isPlain(character)) return 1;
  if (EMOJI.test(character) || PICTURE.test(character)) return 2;
  let width = 0;
  for (const point of character) width = Math.max(width, pointWidth(point));
  return width as 0 | 1 | 2;
}

/** How many columns of a terminal a text takes. */
export function textWidth(text: string): number {
  if (isPlain(text)) return text.length;
  return charactersOf(text).reduce((width, character) => width + characterWidth(character), 0);
}

/** Whether each code unit is a character of one column. */
export function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

function pointWidth(point: string): number {
  const code = point.codePointAt(0) ?? 0;
  if (code < 0x1100) return NOTHING.test(point) && code !== SOFT_HYPHEN ? 0 : 1;
  if (NOTHING.test(point)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
