import { drawChoice } from './dialogs/choice.js';
import { drawFile } from './dialogs/file.js';
import { drawLeave } from './dialogs/leave.js';
import { drawSearch } from './dialogs/search.js';
import { drawText } from './dialogs/text.js';
import { drawValue } from './dialogs/value.js';
import { drawMenu } from './draw-menu.js';
import type { MenuModel } from './model.js';
import type { Glyphs } from './screen/box.js';
import { Canvas, type Frame } from './screen/canvas.js';
import type { Dialog, MenuState } from './state.js';

/** What the screen shows of a state. It fits every size of screen, however small. */
export function view(state: MenuState, model: MenuModel, glyphs: Glyphs): Frame {
  const canvas = new Canvas(state.size);
  drawMenu(canvas, state, model, glyphs);
  for (const dialog of state.dialogs) {
    canvas.hideCursor();
    drawDialog(canvas, state, dialog, model, glyphs);
  }
  return canvas.frame();
}

function drawDialog(
  canvas: Canvas,
  state: MenuState,
  dialog: Dialog,
  model: MenuModel,
  glyphs: Glyphs,
): void {
  switch (dialog.kind) {
    case 'choice':
      return drawChoice(canvas, state, dialog, model, glyphs);
    case 'value':
      return drawValue(canvas, dialog, model, glyphs);
    case 'file':
      return drawFile(canvas, dialog, glyphs);
    case 'text':
      return drawText(canvas, dialog, glyphs);
    case 'search':
      return drawSearch(canvas, dialog, model, glyphs);
    case 'leave':
      return drawLeave(canvas, dialog, glyphs);
  }
}
