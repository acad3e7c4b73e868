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
      drawChoice(canvas, state, dialog, model, glyphs);
      break;
    case 'value':
      drawValue(canvas, dialog, model, glyphs);
      break;
    case 'file':
      drawFile(canvas, dialog, glyphs);
      break;
    case 'text':
      drawText(canvas, dialog, glyphs);
      break;
    case 'search':
      drawSearch(canvas, dialog, model, glyphs);
      break;
    case 'leave':
      drawLeave(canvas, dialog, glyphs);
      break;
  }
}
