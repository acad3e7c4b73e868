import { drawButtons, MENU_BUTTONS } from './buttons.js';
import { layoutOf, type MenuLayout } from './layout.js';
import { hotkeyIndex, rowText } from './list/row-text.js';
import type { Row } from './list/rows.js';
import type { MenuModel } from './model.js';
import { locate } from './navigate.js';
import { drawBox, drawDivider, type Glyphs } from './screen/box.js';
import type { Area, Canvas } from './screen/canvas.js';
import type { MenuState } from './state.js';
import { visibleText } from './text/visible.js';
import { textWidth } from './text/width.js';
import { clip, clipStart, wrapLines } from './text/wrap.js';

const GUIDE = [
  'Arrow keys navigate, <Enter> opens --->, <Space> changes, <Y> includes, <N> excludes, <M> makes a module. Highlighted ' +
    'letters are hotkeys. <Esc><Esc> back, <?> help, </> search, <Z> show hidden, <U> undo. ' +
    'Legend: [*] built-in  [ ] excluded  <M> module  < > module capable',
];

/** Draws the menu that is shown, as large as the screen lets it. */
export function drawMenu(canvas: Canvas, state: MenuState, model: MenuModel, glyphs: Glyphs): void {
  const layout = layoutOf(state.size);
  const { rows, place } = locate(state, model);
  const title = visibleText(place.menu.prompt?.text ?? model.configuration.kconfig.title);
  drawHead(canvas, layout, state, model, glyphs);
  if (layout.box !== undefined) drawBox(canvas, layout.box, glyphs, title);
  else canvas.fill(layout.list, 'plain');
  if (layout.guide !== undefined) drawGuide(canvas, layout.guide);
  if (layout.listBox !== undefined) drawBox(canvas, layout.listBox, glyphs);
  const { top, index } = place.position;
  rows.slice(top, top + layout.list.height).forEach((row, line) => {
    drawRow(canvas, layout.list, line, row, top + line === index, state, model, glyphs);
  });
  if (rows.length === 0)
    canvas.text(
      layout.list.row,
      layout.list.column + 1,
      'There is nothing here now',
      'muted',
      layout.list.width - 1,
    );
  drawMore(canvas, layout, top, rows.length);
  if (layout.box !== undefined && layout.dividerRow !== undefined)
    drawDivider(canvas, layout.box, layout.dividerRow, glyphs);
  drawMenuButtons(canvas, layout, state);
  if (state.notice !== undefined) {
    const text = clip(` ${visibleText(state.notice)}`, state.size.columns, glyphs.ellipsis);
    canvas.text(layout.noticeRow, 0, text.padEnd(state.size.columns), 'title');
  }
}

/** The file and the name of it all, and the way to this menu. */
function drawHead(
  canvas: Canvas,
  layout: MenuLayout,
  state: MenuState,
  model: MenuModel,
  glyphs: Glyphs,
): void {
  const { columns } = state.size;
  if (layout.titleRow !== undefined) {
    const title = ` ${visibleText(model.file)} - ${visibleText(model.configuration.kconfig.title)}`;
    canvas.text(layout.titleRow, 0, clip(title, columns - 1, glyphs.ellipsis), 'title');
  }
  if (layout.pathRow === undefined) return;
  const names = state.places.slice(1).map(({ menu }) => visibleText(menu.prompt?.text ?? ''));
  const path = names.map((name) => ` ${glyphs.arrow} ${name}`).join('');
  const shown = clipStart(path, columns - 3, glyphs.ellipsis);
  canvas.fill({ row: layout.pathRow, column: 1, width: columns - 2, height: 1 }, 'path', glyphs.horizontal);
  if (shown !== '') canvas.text(layout.pathRow, 0, `${shown} `, 'path');
}

function drawGuide(canvas: Canvas, area: Area): void {
  wrapLines(GUIDE, area.width)
    .slice(0, area.height)
    .forEach((line, index) => {
      canvas.text(area.row + index, area.column, line, 'plain', area.width);
    });
}

function drawRow(
  canvas: Canvas,
  list: Area,
  line: number,
  row: Row,
  isChosen: boolean,
  state: MenuState,
  model: MenuModel,
  glyphs: Glyphs,
): void {
  const indent = list.width >= 40 ? 4 : list.width >= 12 ? 1 : 0;
  const room = Math.max(3, Math.floor(list.width / 3));
  const { marker, prompt, suffix } = rowText(model.configuration, row, state.showAll, room, glyphs.ellipsis);
  const y = list.row + line;
  const end = list.column + list.width;
  const start = canvas.text(y, list.column + indent, marker, 'item', list.width - indent);
  // What says what an entry is stays in sight when the prompt is too long.
  const space = Math.max(Math.min(8, end - start), end - start - textWidth(suffix));
  const shown = clip(prompt, space, space < 4 ? '' : glyphs.ellipsis);
  const text = `${shown}${suffix}`;
  const letter = hotkeyIndex(shown);
  canvas.text(y, start, text, isChosen ? 'chosen' : row.isHidden ? 'muted' : 'item', end - start);
  if (letter !== undefined) {
    const column = start + textWidth(shown.slice(0, letter));
    const style = isChosen ? 'chosenHotkey' : 'hotkey';
    canvas.text(y, column, String.fromCodePoint(shown.codePointAt(letter) ?? 32), style, end - column);
  }
  if (isChosen) canvas.cursor(y, Math.min(end - 1, list.column + indent + 1));
}

/** `^(-)` and `v(+)` in the frame of the list, where there are entries above and below. */
function drawMore(canvas: Canvas, { listBox, list }: MenuLayout, top: number, count: number): void {
  const hasBelow = top + list.height < count;
  if (listBox !== undefined) {
    const column = listBox.column + 12;
    if (top > 0) canvas.text(listBox.row, column, '^(-)', 'heading');
    if (hasBelow) canvas.text(listBox.row + listBox.height - 1, column, 'v(+)', 'heading');
    return;
  }
  if (list.width < 20) return;
  const column = list.column + list.width - 1;
  if (top > 0) canvas.text(list.row, column, '^', 'heading');
  if (hasBelow) canvas.text(list.row + list.height - 1, column, 'v', 'heading');
}

function drawMenuButtons(canvas: Canvas, { box, buttonRow }: MenuLayout, { size, button }: MenuState): void {
  if (buttonRow === undefined) return;
  const line = box ?? { column: 0, width: size.columns };
  if (box === undefined) canvas.fill({ row: buttonRow, column: 0, width: size.columns, height: 1 }, 'plain');
  const inner = box === undefined ? line : { column: line.column + 1, width: line.width - 2 };
  drawButtons(canvas, { row: buttonRow, ...inner }, MENU_BUTTONS, button);
}
