import type { MenuNode } from '../../kconfig/model.js';
import { type Key, typed } from '../input/key.js';
import { editField, fieldOf } from '../input/text-field.js';
import { fitList, LIST_START, moveInList } from '../list/scroll.js';
import type { MenuModel } from '../model.js';
import { jump } from '../navigate.js';
import type { Glyphs } from '../screen/box.js';
import type { Canvas } from '../screen/canvas.js';
import { type MenuState, opened, type SearchDialog, type Step, withDialog } from '../state.js';
import { visibleText } from '../text/visible.js';
import { clip } from '../text/wrap.js';
import { drawField } from './draw-field.js';
import { openHelp } from './text.js';
import { contentHeight, drawWindow } from './window.js';

const WIDTH = 74;
/** The field and the line below it. */
const HEAD = 2;

/** The state with an empty search open. */
export function openSearch(state: MenuState): MenuState {
  return opened(state, { kind: 'search', field: fieldOf(''), found: [], position: LIST_START });
}

/** Keys while something is searched for: letters change what, the arrows go through what was found. */
export function updateSearch(state: MenuState, dialog: SearchDialog, key: Key, model: MenuModel): Step {
  const { found } = dialog;
  const height = contentHeight(state.size, Number.POSITIVE_INFINITY) - HEAD;
  const isForField = key.name === 'home' || key.name === 'end';
  const position = isForField ? undefined : moveInList(dialog.position, key, found.length, height);
  if (position !== undefined) return { state: withDialog(state, { ...dialog, position }) };
  if (key.name === 'escape') return { state: withDialog(state, undefined) };
  const current = found[dialog.position.index];
  const isHelp = key.name === 'help' || key.name === 'tab';
  // What has no prompt is in no menu: there is nothing to go to, but something to tell.
  const isReadOnly = key.name === 'enter' && current?.prompt === undefined;
  if (current !== undefined && (isHelp || isReadOnly)) return { state: openHelp(state, model, current) };
  if (key.name === 'enter') return { state: current === undefined ? state : jump(state, model, current) };
  const field = editField(
    dialog.field,
    typed(key) === '/' && dialog.field.text === '' ? { name: 'end' } : key,
  );
  if (field.text === dialog.field.text) return { state: withDialog(state, { ...dialog, field }) };
  return {
    state: withDialog(state, {
      kind: 'search',
      field,
      found: model.search(field.text),
      position: LIST_START,
    }),
  };
}

/** Draws the field, how many entries were found, and these. */
export function drawSearch(canvas: Canvas, dialog: SearchDialog, model: MenuModel, glyphs: Glyphs): void {
  const area = drawWindow(canvas, glyphs, {
    title: 'Search by name or prompt',
    width: WIDTH,
    height: Number.POSITIVE_INFINITY,
    buttons: ['Enter: go', 'Tab: help', 'Esc: back'],
    active: undefined,
  });
  const { row, column, width } = area;
  const start = canvas.text(row, column, '/', 'heading', width);
  drawField(canvas, { row, column: start, width: width - 1 }, dialog.field, true, glyphs);
  if (area.height > 1) canvas.text(row + 1, column, countText(dialog), 'muted', width);
  const height = area.height - HEAD;
  if (height < 1) return;
  const { index, top } = fitList(dialog.position, dialog.found.length, height);
  dialog.found.slice(top, top + height).forEach((node, line) => {
    const style = top + line === index ? 'chosen' : 'item';
    canvas.text(row + HEAD + line, column, clip(describe(model, node), width, glyphs.ellipsis), style, width);
  });
}

function countText({ field, found }: SearchDialog): string {
  if (field.text.trim() === '') return 'Part of it, or a regular expression';
  if (found.length === 0) return 'Nothing was found';
  return found.length === 1 ? '1 entry' : `${found.length} entries`;
}

function describe({ configuration }: MenuModel, node: MenuNode): string {
  const { symbol } = node;
  const prompt = visibleText(node.prompt?.text ?? '(no prompt)');
  const hidden = configuration.isVisible(node) ? '' : ' (hidden)';
  if (symbol === undefined || symbol.name === '') return `${prompt}${hidden}`;
  return `${symbol.name} [=${visibleText(configuration.value(symbol))}] ${prompt}${hidden}`;
}
