import { moveButton } from '../buttons.js';
import { type Key, typed } from '../input/key.js';
import type { Glyphs } from '../screen/box.js';
import type { Canvas } from '../screen/canvas.js';
import { type LeaveDialog, type MenuState, opened, type Step, withDialog } from '../state.js';
import { wrapLines } from '../text/wrap.js';
import { contentWidth, drawWindow } from './window.js';

const BUTTONS = ['Yes', 'No', 'Cancel'] as const;
const QUESTION = [
  'Save the changed settings?',
  '',
  'Esc goes back to the menu; y saves, n forgets the changes.',
];
const WIDTH = 58;

/** The state with the question open. */
export function openLeave(state: MenuState): MenuState {
  return opened(state, { kind: 'leave', button: 0 });
}

/** Keys while it is asked whether to save before leaving. */
export function updateLeave(state: MenuState, dialog: LeaveDialog, key: Key): Step {
  const button = moveButton(dialog.button, key, BUTTONS.length);
  if (button !== undefined) return { state: withDialog(state, { ...dialog, button }) };
  const letter = typed(key)?.toLowerCase();
  const pressed = key.name === 'enter' || letter === ' ' ? BUTTONS[dialog.button] : undefined;
  const closed = withDialog(state, undefined);
  if (letter === 'y' || pressed === 'Yes') return { state: closed, request: { kind: 'quit', save: true } };
  if (letter === 'n' || pressed === 'No') return { state: closed, request: { kind: 'quit', save: false } };
  if (key.name === 'escape' || letter === 'c' || pressed === 'Cancel') return { state: closed };
  return { state };
}

/** Draws the question. */
export function drawLeave(canvas: Canvas, dialog: LeaveDialog, glyphs: Glyphs): void {
  const lines = wrapLines(QUESTION, contentWidth(canvas.size, WIDTH));
  const area = drawWindow(canvas, glyphs, {
    title: 'Leave',
    width: WIDTH,
    height: lines.length,
    buttons: BUTTONS,
    active: dialog.button,
  });
  lines.slice(0, area.height).forEach((line, index) => {
    canvas.text(area.row + index, area.column, line, 'plain', area.width);
  });
}
