import { textWidth } from '../text/width.js';
import { clip } from '../text/wrap.js';
import type { Area, Canvas } from './canvas.js';

/** The characters that boxes and arrows are made of. */
export interface Glyphs {
  readonly horizontal: string;
  readonly vertical: string;
  readonly corners: readonly [topLeft: string, topRight: string, bottomLeft: string, bottomRight: string];
  readonly tees: readonly [left: string, right: string];
  readonly arrow: string;
  readonly ellipsis: string;
}

export const UNICODE: Glyphs = {
  horizontal: '─',
  vertical: '│',
  corners: ['┌', '┐', '└', '┘'],
  tees: ['├', '┤'],
  arrow: '→',
  ellipsis: '…',
};

/** Where the locale is not UTF-8. */
export const ASCII: Glyphs = {
  horizontal: '-',
  vertical: '|',
  corners: ['+', '+', '+', '+'],
  tees: ['+', '+'],
  arrow: '>',
  ellipsis: '~',
};

/** An empty box with its title in the upper line. */
export function drawBox(canvas: Canvas, area: Area, glyphs: Glyphs, title = ''): void {
  const { row, column, width, height } = area;
  if (width < 2 || height < 2) return;
  const [topLeft, topRight, bottomLeft, bottomRight] = glyphs.corners;
  const bottom = row + height - 1;
  const line = glyphs.horizontal.repeat(width - 2);
  canvas.fill(area, 'plain');
  canvas.text(row, column, `${topLeft}${line}${topRight}`, 'border');
  canvas.text(bottom, column, `${bottomLeft}${line}${bottomRight}`, 'border');
  for (let at = row + 1; at < bottom; at += 1) {
    canvas.text(at, column, glyphs.vertical, 'border');
    canvas.text(at, column + width - 1, glyphs.vertical, 'border');
  }
  if (title === '' || width < 6) return;
  const text = ` ${clip(title, width - 4, glyphs.ellipsis)} `;
  canvas.text(row, column + Math.floor((width - textWidth(text)) / 2), text, 'heading');
}

/** A line through a box from edge to edge. */
export function drawDivider(canvas: Canvas, area: Area, row: number, glyphs: Glyphs): void {
  if (area.width < 2) return;
  const [left, right] = glyphs.tees;
  canvas.text(row, area.column, `${left}${glyphs.horizontal.repeat(area.width - 2)}${right}`, 'border');
}

/** An area of at most this size in the middle of the screen. */
export function centred(canvas: Canvas, width: number, height: number): Area {
  const { columns, rows } = canvas.size;
  const [w, h] = [Math.min(width, columns), Math.min(height, rows)];
  return { row: Math.floor((rows - h) / 2), column: Math.floor((columns - w) / 2), width: w, height: h };
}
