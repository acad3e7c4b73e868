import { isPlain } from './width.js';

/**
 * What must not reach a terminal as it is: control characters, line separators, lone surrogates, and the marks that turn the
 * direction of writing, by which a text can be made to look like another one.
 */
const HARMFUL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\x1b': '\\e' };

/** A text in one line with nothing hidden: `\n`, `\e`, `\x07`, `\u202e`. */
export function visibleText(text: string): string {
  if (isPlain(text)) return text;
  return text.replace(HARMFUL, escaped);
}

function escaped(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
