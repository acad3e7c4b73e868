import { drawButtons } from '../buttons.js';
import { dialogHeight, dialogWidth } from '../layout.js';
import { centred, drawBox, drawDivider, type Glyphs } from '../screen/box.js';
import type { Area, Canvas, Size } from '../screen/canvas.js';
import { textWidth } from '../text/width.js';

/** Rows that a window needs around its content: the border, and a divider with the buttons below. */
const AROUND = 4;

/** How a window is made. */
export interface WindowOptions {
  readonly title: string;
  /** Columns and rows of the content, if there is room. */
  readonly width: number;
  readonly height: number;
  readonly buttons: readonly string[];
  readonly active: number | undefined;
  /** Said in the divider at the right: how far a text was scrolled. */
  readonly note?: string;
}

/** How many rows of content a window shows that wants `wanted`. Small screens go without its frame. */
export function contentHeight(size: Size, wanted: number): number {
  const height = dialogHeight(size, wanted + AROUND);
  return height > AROUND ? height - AROUND : Math.max(1, size.rows);
}

/** How many columns of content a window shows that wants `wanted`. */
export function contentWidth(size: Size, wanted: number): number {
  const width = dialogWidth(size, wanted + AROUND);
  return width > AROUND ? width - AROUND : size.columns;
}

/** Draws an empty window and tells where its content goes. */
export function drawWindow(canvas: Canvas, glyphs: Glyphs, options: WindowOptions): Area {
  const { size } = canvas;
  const [width, height] = [contentWidth(size, options.width), contentHeight(size, options.height)];
  const isFramed = height + AROUND <= size.rows && width + AROUND <= size.columns;
  if (!isFramed) {
    const whole = { row: 0, column: 0, width: size.columns, height: size.rows };
    canvas.fill(whole, 'plain');
    return whole;
  }
  const area = centred(canvas, width + AROUND, height + AROUND);
  drawBox(canvas, area, glyphs, options.title);
  const divider = area.row + area.height - 3;
  drawDivider(canvas, area, divider, glyphs);
  if (options.note !== undefined) {
    const column = area.column + area.width - 3 - textWidth(options.note);
    if (column > area.column) canvas.text(divider, column, options.note, 'heading');
  }
  const line = { row: divider + 1, column: area.column + 1, width: area.width - 2 };
  drawButtons(canvas, line, options.buttons, options.active);
  return { row: area.row + 1, column: area.column + 2, width, height };
}
