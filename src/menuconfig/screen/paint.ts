import { charactersOf, characterWidth, isPlain } from '../text/width.js';
import type { Frame, Span } from './canvas.js';
import type { Palette } from './style.js';

const CSI = '\x1b[';

/**
 * The control sequences that turn one frame into the next: only lines that differ are written. Each line begins by going to its
 * place, so nothing ever wraps or scrolls.
 * @param before what the terminal shows; undefined when that is unknown
 */
export function paint(before: Frame | undefined, after: Frame, palette: Palette): string {
  const isSame = before?.lines.length === after.lines.length;
  let text = before?.cursor === undefined ? '' : `${CSI}?25l`;
  after.lines.forEach((line, row) => {
    if (isSame && equal(before?.lines[row], line)) return;
    text += `${CSI}${row + 1};1H${paintLine(line, palette)}`;
  });
  text += `${CSI}0m`;
  if (after.cursor === undefined) return text;
  return `${text}${CSI}${after.cursor.row + 1};${after.cursor.column + 1}H${CSI}?25h`;
}

function equal(a: readonly Span[] | undefined, b: readonly Span[]): boolean {
  return (
    a?.length === b.length &&
    b.every((span, index) => span.text === a[index]?.text && span.style === a[index]?.style)
  );
}

function paintLine(spans: readonly Span[], palette: Palette): string {
  let column = 0;
  let text = '';
  for (const span of spans) {
    const codes = palette[span.style];
    text += `${CSI}0${codes === '' ? '' : ';'}${codes}m`;
    const placed = place(span.text, column);
    text += placed.text;
    column = placed.column;
  }
  return text;
}

/**
 * Terminals disagree about the width of some characters. Behind each that is no plain letter the cursor is sent where it belongs, so
 * that borders stay straight whatever the terminal thinks.
 */
function place(text: string, column: number): { text: string; column: number } {
  if (isPlain(text)) return { text, column: column + text.length };
  let result = '';
  let at = column;
  for (const character of charactersOf(text)) {
    at += characterWidth(character);
    result += isCertain(character) ? character : `${character}${CSI}${at + 1}G`;
  }
  return { text: result, column: at };
}

/** Letters and signs of Latin, and the lines of boxes, are one column everywhere. */
function isCertain(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return character.length === 1 && (code < 0x250 || (code >= 0x2500 && code < 0x2580));
}
