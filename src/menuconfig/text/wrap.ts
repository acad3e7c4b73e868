import { charactersOf, characterWidth, textWidth } from './width.js';

/**
 * Breaks a paragraph into lines of at most `width` columns, between words where that is possible. Leading spaces are kept, on the
 * following lines too. A character that is wider than the line is dropped.
 */
export function wrapLine(text: string, width: number): string[] {
  if (width < 1) return [];
  if (textWidth(text) <= width) return [text];
  const spaces = /^ */.exec(text)?.[0].length ?? 0;
  const indent = ' '.repeat(spaces < width / 2 ? spaces : 0);
  const lines: string[] = [];
  let line = indent;
  for (const word of text.trim().split(/ +/)) {
    const joined = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line.trim() !== '') lines.push(line);
    const pieces = cut(word, width - indent.length).map((piece) => `${indent}${piece}`);
    line = pieces.pop() ?? indent;
    lines.push(...pieces);
  }
  if (line.trim() !== '') lines.push(line);
  return lines;
}

/** Breaks each line of a text. */
export function wrapLines(lines: readonly string[], width: number): string[] {
  return lines.flatMap((line) => wrapLine(line, width));
}

/** The beginning of a text in at most `width` columns, with `…` (or `~`) for what is missing. */
export function clip(text: string, width: number, ellipsis = '…'): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return '';
  return `${cut(text, width - textWidth(ellipsis))[0] ?? ''}${ellipsis}`;
}

/** The end of a text in at most `width` columns. */
export function clipStart(text: string, width: number, ellipsis = '…'): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return '';
  const kept: string[] = [];
  let left = width - 1;
  for (const character of charactersOf(text).reverse()) {
    left -= characterWidth(character);
    if (left < 0) break;
    kept.unshift(character);
  }
  return `${ellipsis}${kept.join('')}`;
}

/** A text in pieces of at most `width` columns. */
function cut(text: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let left = width;
  for (const character of charactersOf(text)) {
    const size = characterWidth(character);
    if (size > width) continue;
    if (size > left) {
      pieces.push(piece);
      piece = '';
      left = width;
    }
    piece += character;
    left -= size;
  }
  return piece === '' ? pieces : [...pieces, piece];
}
