import { letterOf, MODULE, NO, type Tristate, YES } from '../kconfig/tristate.js';
import { MENU_BUTTONS, moveButton } from './buttons.js';
import { openFile } from './dialogs/file.js';
import { openSearch } from './dialogs/search.js';
import { openHelp } from './dialogs/text.js';
import type { Key } from './input/key.js';
import { layoutOf } from './layout.js';
import { hotkeyOf } from './list/row-text.js';
import { moveInList } from './list/scroll.js';
import type { MenuModel } from './model.js';
import { back, change, currentRow, enter, locate } from './navigate.js';
import { type MenuState, type Step, withPlace } from './state.js';

const TRUTHS: Readonly<Record<string, Tristate>> = { y: YES, m: MODULE, n: NO };

/** Keys while the menu itself has the keyboard. */
export function updateMenu(state: MenuState, key: Key, model: MenuModel): Step {
  const { rows, place } = locate(state, model);
  const position = moveInList(place.position, key, rows.length, layoutOf(state.size).list.height);
  if (position !== undefined)
    return { state: withPlace(state, { ...place, at: rows[position.index]?.node, position }) };
  const button = moveButton(state.button, key, MENU_BUTTONS.length);
  if (button !== undefined) return { state: { ...state, button } };
  switch (key.name) {
    case 'enter':
      return pressButton(state, model);
    case 'escape':
    case 'backspace':
      return back(state);
    case 'help':
      return { state: help(state, model) };
    case 'redo':
      return { state, request: { kind: 'redo' } };
    case 'paste':
      return { state: { ...state, notice: 'A pasted text has no meaning here' } };
    case 'text':
      return updateByLetter(state, key.text, model);
    default:
      return { state };
  }
}

function pressButton(state: MenuState, model: MenuModel): Step {
  switch (MENU_BUTTONS[state.button]) {
    case 'Exit':
      return back(state);
    case 'Help':
      return { state: help(state, model) };
    case 'Save':
      return { state: openFile(state, model, 'save') };
    case 'Load':
      return { state: openFile(state, model, 'load') };
    default:
      return enter(state, model);
  }
}

function updateByLetter(state: MenuState, letter: string, model: MenuModel): Step {
  const truth = TRUTHS[letter.toLowerCase()];
  if (truth !== undefined) return setTruth(state, truth, model);
  switch (letter) {
    case ' ':
      return toggle(state, model);
    case '?':
    case 'h':
    case 'H':
      return { state: help(state, model) };
    case '/':
      return { state: openSearch(state) };
    case 'z':
    case 'Z': {
      const notice = state.showAll ? 'Hidden entries are hidden again' : 'Hidden entries are shown';
      return { state: { ...keepCursor(state, model), showAll: !state.showAll, notice } };
    }
    case 's':
    case 'S':
      return { state: openFile(state, model, 'save') };
    case 'l':
    case 'L':
      return { state: openFile(state, model, 'load') };
    case 'o':
    case 'O':
    case 'q':
    case 'Q':
      return { state, request: { kind: 'leave' } };
    case 'u':
      return { state, request: { kind: 'undo' } };
    case 'U':
      return { state, request: { kind: 'redo' } };
    default:
      return { state: jumpByLetter(state, letter.toLowerCase(), model) };
  }
}

/** `y`, `m`, `n` */
function setTruth(state: MenuState, truth: Tristate, model: MenuModel): Step {
  const symbol = currentRow(state, model)?.node.symbol;
  if (symbol === undefined) return { state };
  const type = model.configuration.typeOf(symbol);
  if (type !== 'bool' && type !== 'tristate') return { state };
  const text = letterOf(truth);
  const problem = model.configuration.problemWith(symbol, text);
  if (problem !== undefined) return { state: { ...state, notice: `${symbol.name}: ${problem}` } };
  return { state, request: { kind: 'set', symbol, text } };
}

/** The space bar changes what has a value and enters what has none. */
function toggle(state: MenuState, model: MenuModel): Step {
  const node = currentRow(state, model)?.node;
  const symbol = node?.symbol;
  if (node === undefined || symbol === undefined) return enter(state, model);
  const { configuration } = model;
  const isOpenable = node.kind === 'choice' && configuration.tristate(symbol) === YES;
  const hasOthers = configuration.assignable(symbol).length > 1;
  return isOpenable && !hasOthers ? enter(state, model) : change(state, model, node, symbol);
}

function help(state: MenuState, model: MenuModel): MenuState {
  const node = currentRow(state, model)?.node ?? locate(state, model).place.menu;
  return openHelp(state, model, node);
}

/** To the next entry whose hotkey it is, from the top again. */
function jumpByLetter(state: MenuState, letter: string, model: MenuModel): MenuState {
  const { rows, place } = locate(state, model);
  const { index } = place.position;
  const order = [...rows.keys()].map((step) => (index + 1 + step) % rows.length);
  const found = order.find((at) => hotkeyOf(rows[at]?.node.prompt?.text ?? '') === letter);
  if (found === undefined) return state;
  const position = { ...place.position, index: found };
  return withPlace(state, { ...place, at: rows[found]?.node, position });
}

/** With the entry under the cursor noted, as what is around it is about to change. */
export function keepCursor(state: MenuState, model: MenuModel): MenuState {
  return withPlace(state, locate(state, model).place);
}
