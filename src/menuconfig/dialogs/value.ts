import type { KconfigSymbol } from '../../kconfig/model.js';
import { formatNumber } from '../../kconfig/number.js';
import { moveButton } from '../buttons.js';
import type { Key } from '../input/key.js';
import { editField } from '../input/text-field.js';
import type { MenuModel } from '../model.js';
import type { Glyphs } from '../screen/box.js';
import type { Canvas } from '../screen/canvas.js';
import { type MenuState, type Step, type ValueDialog, withDialog } from '../state.js';
import { visibleText } from '../text/visible.js';
import { wrapLines } from '../text/wrap.js';
import { drawField } from './draw-field.js';
import { openHelp } from './text.js';
import { contentWidth, drawWindow } from './window.js';

const BUTTONS = ['Ok', 'Cancel', 'Help'] as const;
/** The field, and then the buttons. */
const STOPS = 1 + BUTTONS.length;
const WIDTH = 66;

/** Keys while a value is typed. It is taken only when it can be the value. */
export function updateValue(state: MenuState, dialog: ValueDialog, key: Key, model: MenuModel): Step {
  if (key.name === 'escape') return { state: withDialog(state, undefined) };
  if (key.name === 'help') return { state: openHelp(state, model, dialog.node) };
  if (key.name === 'enter') return press(state, dialog, model);
  const isOnField = dialog.focus === 0;
  const focus = moveFocus(dialog.focus, key);
  if (focus !== undefined) return { state: withDialog(state, { ...dialog, focus }) };
  // Whoever types on a button means the field.
  const field = editField(dialog.field, key);
  const isTyping = isOnField || key.name === 'text' || key.name === 'paste' || key.name === 'backspace';
  return { state: isTyping ? withDialog(state, { ...dialog, field, focus: 0 }) : state };
}

/** Tab and the arrows go between the field and the buttons; in the field, left and right are the caret's. */
export function moveFocus(focus: number, key: Key, stops: number = STOPS): number | undefined {
  if (key.name === 'down') return (focus + 1) % stops;
  if (key.name === 'up') return (focus + stops - 1) % stops;
  const isSideways = key.name === 'left' || key.name === 'right';
  return focus === 0 && isSideways ? undefined : moveButton(focus, key, stops);
}

function press(state: MenuState, dialog: ValueDialog, model: MenuModel): Step {
  const button = BUTTONS[Math.max(0, dialog.focus - 1)];
  if (button === 'Cancel') return { state: withDialog(state, undefined) };
  if (button === 'Help') return { state: openHelp(state, model, dialog.node) };
  const { symbol, field } = dialog;
  if (problemOf(model, symbol, field.text) !== undefined) {
    return { state: withDialog(state, { ...dialog, focus: 0 }) };
  }
  return { state: withDialog(state, undefined), request: { kind: 'set', symbol, text: field.text } };
}

function problemOf({ configuration }: MenuModel, symbol: KconfigSymbol, text: string): string | undefined {
  return configuration.problemWith(symbol, text);
}

/** Draws the field with what is expected above, and below it why the text cannot be the value. */
export function drawValue(canvas: Canvas, dialog: ValueDialog, model: MenuModel, glyphs: Glyphs): void {
  const { symbol, field } = dialog;
  const width = contentWidth(canvas.size, WIDTH);
  const guide = wrapLines([expectation(model, symbol)], width);
  const problem = problemOf(model, symbol, field.text);
  const messages = wrapLines(problem === undefined ? [] : [capital(visibleText(problem))], width);
  const area = drawWindow(canvas, glyphs, {
    title: visibleText(dialog.node.prompt?.text ?? symbol.name),
    width: WIDTH,
    height: guide.length + 4 + Math.max(1, messages.length),
    buttons: BUTTONS,
    active: dialog.focus === 0 ? undefined : dialog.focus - 1,
  });
  const room = area.height - 1 - messages.length;
  const shownGuide = guide.slice(0, Math.max(0, room));
  shownGuide.forEach((line, index) => {
    canvas.text(area.row + index, area.column, line, 'plain', area.width);
  });
  const isSpacious = area.height >= shownGuide.length + 3 + messages.length;
  const row = area.row + shownGuide.length + (isSpacious ? 1 : 0);
  canvas.fill(
    { row: row + 1, column: area.column, width: isSpacious ? area.width : 0, height: 1 },
    'border',
    glyphs.horizontal,
  );
  drawField(canvas, { row, column: area.column, width: area.width }, field, dialog.focus === 0, glyphs);
  messages.slice(0, Math.max(0, area.height - 1)).forEach((line, index) => {
    canvas.text(row + (isSpacious ? 2 : 1) + index, area.column, line, 'error', area.width);
  });
}

/** What kind of value is asked for, with the range and the default. */
function expectation({ configuration }: MenuModel, symbol: KconfigSymbol): string {
  const kind = { int: 'A whole number', hex: 'A hexadecimal number' }[symbol.type as string] ?? 'A text';
  const range = configuration.range(symbol);
  const numeral = (number: bigint) => formatNumber(number, symbol.type);
  const bounds = range === undefined ? '' : ` from ${numeral(range.low)} to ${numeral(range.high)}`;
  const preset = visibleText(configuration.defaultText(symbol));
  return `${kind}${bounds}${preset === '' ? '' : `; the default is ${preset}`}.`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
