import type { MenuNode } from '../../kconfig/model.js';
import { helpLines } from '../help-text.js';
import type { Key } from '../input/key.js';
import { typed } from '../input/key.js';
import type { MenuModel } from '../model.js';
import type { Glyphs } from '../screen/box.js';
import type { Canvas, Size } from '../screen/canvas.js';
import { type MenuState, opened, type Step, type TextDialog, withDialog } from '../state.js';
import { wrapLines } from '../text/wrap.js';
import { contentHeight, contentWidth, drawWindow } from './window.js';

const WIDTH = 76;

/** The state with the help of an entry open. */
export function openHelp(state: MenuState, model: MenuModel, node: MenuNode): MenuState {
  const title = node.prompt?.text ?? node.symbol?.name ?? '';
  return opened(state, { kind: 'text', title, lines: helpLines(model, node), top: 0 });
}

/** Keys while a text is read: it scrolls, and every key that says so closes it. */
export function updateText(state: MenuState, dialog: TextDialog, key: Key): Step {
  const { count, height } = measure(state.size, dialog);
  const last = Math.max(0, count - height);
  const by = scrolled(key, Math.max(1, height - 1), count);
  if (by !== undefined) {
    const top = Math.max(0, Math.min(last, Math.min(dialog.top, last) + by));
    return { state: withDialog(state, { ...dialog, top }) };
  }
  const closes = key.name === 'escape' || key.name === 'enter' || 'eExXqQ'.includes(typed(key) ?? '-');
  return { state: closes ? withDialog(state, undefined) : state };
}

function scrolled(key: Key, page: number, count: number): number | undefined {
  const letter = typed(key);
  if (key.name === 'up' || letter === 'k') return -1;
  if (key.name === 'down' || letter === 'j') return 1;
  if (key.name === 'pageup' || letter === 'b') return -page;
  if (key.name === 'pagedown' || letter === ' ' || letter === 'f') return page;
  if (key.name === 'home') return -count;
  return key.name === 'end' ? count : undefined;
}

function measure(size: Size, { lines }: TextDialog): { count: number; height: number } {
  const count = wrapLines(lines, contentWidth(size, WIDTH)).length;
  return { count, height: contentHeight(size, Number.POSITIVE_INFINITY) };
}

/** Draws the text as far as it can be seen. */
export function drawText(canvas: Canvas, dialog: TextDialog, glyphs: Glyphs): void {
  const { count, height } = measure(canvas.size, dialog);
  const top = Math.max(0, Math.min(dialog.top, count - height));
  const seen = Math.min(100, Math.round(((top + height) / Math.max(1, count)) * 100));
  const area = drawWindow(canvas, glyphs, {
    title: dialog.title,
    width: WIDTH,
    height: Number.POSITIVE_INFINITY,
    buttons: ['Exit'],
    active: 0,
    note: `(${seen}%)`,
  });
  const lines = wrapLines(dialog.lines, area.width).slice(top, top + area.height);
  lines.forEach((line, index) => {
    canvas.text(area.row + index, area.column, line, 'plain', area.width);
  });
}
