import { updateChoice } from './dialogs/choice.js';
import { updateFile } from './dialogs/file.js';
import { updateLeave } from './dialogs/leave.js';
import { updateSearch } from './dialogs/search.js';
import { updateText } from './dialogs/text.js';
import { updateValue } from './dialogs/value.js';
import type { Key } from './input/key.js';
import { keepCursor, updateMenu } from './menu-keys.js';
import type { MenuModel } from './model.js';
import type { Dialog, MenuState, Step } from './state.js';

/** What a key does: the next state, and perhaps something that is asked for. Changes nothing itself. */
export function update(before: MenuState, key: Key, model: MenuModel): Step {
  const state = { ...keepCursor(before, model), notice: undefined };
  if (key.name === 'interrupt' || key.name === 'suspend' || key.name === 'repaint')
    return { state, request: { kind: key.name } };
  const dialog = state.dialogs.at(-1);
  return dialog === undefined ? updateMenu(state, key, model) : updateDialog(state, dialog, key, model);
}

function updateDialog(state: MenuState, dialog: Dialog, key: Key, model: MenuModel): Step {
  switch (dialog.kind) {
    case 'choice':
      return updateChoice(state, dialog, key, model);
    case 'value':
      return updateValue(state, dialog, key, model);
    case 'file':
      return updateFile(state, dialog, key);
    case 'text':
      return updateText(state, dialog, key);
    case 'search':
      return updateSearch(state, dialog, key, model);
    case 'leave':
      return updateLeave(state, dialog, key);
  }
}
