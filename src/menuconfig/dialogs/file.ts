import type { Key } from '../input/key.js';
import { editField, fieldOf } from '../input/text-field.js';
import type { MenuModel } from '../model.js';
import type { Glyphs } from '../screen/box.js';
import type { Canvas } from '../screen/canvas.js';
import { type FileDialog, type MenuState, opened, type Step, withDialog } from '../state.js';
import { wrapLines } from '../text/wrap.js';
import { drawField } from './draw-field.js';
import { moveFocus } from './value.js';
import { contentWidth, drawWindow } from './window.js';

const BUTTONS = ['Ok', 'Cancel'] as const;
const STOPS = 1 + BUTTONS.length;
const WIDTH = 60;

const WORDS = {
  save: {
    title: 'Save',
    guide: 'The file to save to. The one named here is what counts; another name makes a copy.',
  },
  load: {
    title: 'Load',
    guide: 'The file to load settings from. They take the place of those of now; u brings these back.',
  },
} as const;

/** The state with the question for a file name open. */
export function openFile(state: MenuState, model: MenuModel, purpose: FileDialog['purpose']): MenuState {
  return opened(state, { kind: 'file', purpose, field: fieldOf(model.file), focus: 0 });
}

/** Keys while a file name is typed. */
export function updateFile(state: MenuState, dialog: FileDialog, key: Key): Step {
  const closed = withDialog(state, undefined);
  if (key.name === 'escape') return { state: closed };
  if (key.name === 'enter') {
    const path = dialog.field.text;
    if (dialog.focus === 2) return { state: closed };
    if (path.trim() === '') return { state: withDialog(state, { ...dialog, focus: 0 }) };
    return { state: closed, request: { kind: dialog.purpose, path } };
  }
  const focus = moveFocus(dialog.focus, key, STOPS);
  if (focus !== undefined) return { state: withDialog(state, { ...dialog, focus }) };
  const field = editField(dialog.field, key);
  return { state: withDialog(state, { ...dialog, field, focus: 0 }) };
}

/** Draws the question. */
export function drawFile(canvas: Canvas, dialog: FileDialog, glyphs: Glyphs): void {
  const { title, guide } = WORDS[dialog.purpose];
  const lines = wrapLines([guide], contentWidth(canvas.size, WIDTH));
  const area = drawWindow(canvas, glyphs, {
    title,
    width: WIDTH,
    height: lines.length + 2,
    buttons: BUTTONS,
    active: dialog.focus === 0 ? undefined : dialog.focus - 1,
  });
  const shown = lines.slice(0, Math.max(0, area.height - 1));
  shown.forEach((line, index) => {
    canvas.text(area.row + index, area.column, line, 'plain', area.width);
  });
  const row = area.row + Math.min(area.height - 1, shown.length + 1);
  drawField(
    canvas,
    { row, column: area.column, width: area.width },
    dialog.field,
    dialog.focus === 0,
    glyphs,
  );
}
