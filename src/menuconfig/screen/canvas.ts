import { visibleText } from '../text/visible.js';
import { charactersOf, characterWidth } from '../text/width.js';
import type { Style } from './style.js';

/** How large the terminal is. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A rectangle on the screen; rows and columns count from 0. */
export interface Area {
  readonly row: number;
  readonly column: number;
  readonly width: number;
  readonly height: number;
}

/** A piece of a line in one style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** What is shown: one line per row, each exactly as wide as the terminal. */
export interface Frame {
  readonly lines: readonly (readonly Span[])[];
  /** Where the terminal's cursor blinks; hidden when absent. */
  readonly cursor: { readonly row: number; readonly column: number } | undefined;
}

interface Cell {
  /** A character; empty for the second column of a wide one. */
  text: string;
  style: Style;
}

/** A sheet to draw on. What lies outside of it is cut off; a wide character that does not fit whole is a blank. */
export class Canvas {
  readonly size: Size;
  readonly #cells: Cell[][];
  #cursor: Frame['cursor'];

  constructor(size: Size) {
    this.size = size;
    this.#cells = Array.from({ length: size.rows }, () =>
      Array.from({ length: size.columns }, (): Cell => ({ text: ' ', style: 'backdrop' })),
    );
  }

  /**
   * Writes a text from left to right, control characters escaped.
   * @param room how many columns it may take
   * @returns the column behind it
   */
  text(row: number, column: number, text: string, style: Style, room = Number.POSITIVE_INFINITY): number {
    const end = column + room;
    let at = column;
    for (const character of charactersOf(visibleText(text))) {
      const width = characterWidth(character);
      if (at + width > end) break;
      if (width > 0) this.#put(row, at, character, width as 1 | 2, style);
      else if (at > column) this.#append(row, at - 1, character);
      at += width;
    }
    return at;
  }

  fill(area: Area, style: Style, character = ' '): void {
    for (let row = area.row; row < area.row + area.height; row += 1) {
      for (let column = area.column; column < area.column + area.width; column += 1)
        this.#put(row, column, character, 1, style);
    }
  }

  /** Shows the terminal's cursor, when the place is on the screen. */
  cursor(row: number, column: number): void {
    const { rows, columns } = this.size;
    if (row >= 0 && row < rows && column >= 0 && column < columns) this.#cursor = { row, column };
  }

  hideCursor(): void {
    this.#cursor = undefined;
  }

  frame(): Frame {
    return { lines: this.#cells.map(spansOf), cursor: this.#cursor };
  }

  #put(row: number, column: number, text: string, width: 1 | 2, style: Style): void {
    const line = this.#cells[row];
    if (line === undefined) return;
    const isWhole = column >= 0 && column + width <= line.length;
    for (let at = column; at < column + width; at += 1) {
      const cell = line[at];
      if (cell === undefined) continue;
      this.#tear(line, at);
      cell.text = isWhole ? (at === column ? text : '') : ' ';
      cell.style = style;
    }
  }

  /** A wide character of which one half is written over leaves a blank in the other. */
  #tear(line: Cell[], at: number): void {
    const [before, cell, behind] = [line[at - 1], line[at], line[at + 1]];
    if (cell?.text === '' && before !== undefined) before.text = ' ';
    if (behind?.text === '') behind.text = ' ';
  }

  /** A mark joins the character before it. */
  #append(row: number, column: number, mark: string): void {
    const line = this.#cells[row];
    const cell = line?.[column]?.text === '' ? line[column - 1] : line?.[column];
    if (cell !== undefined) cell.text += mark;
  }
}

function spansOf(line: readonly Cell[]): Span[] {
  const spans: { text: string; style: Style }[] = [];
  for (const { text, style } of line) {
    const last = spans.at(-1);
    if (last?.style === style) last.text += text;
    else spans.push({ text, style });
  }
  return spans;
}

/** What a frame says, without its styles. */
export function textOf(frame: Frame): string[] {
  return frame.lines.map((spans) => spans.map(({ text }) => text).join(''));
}
