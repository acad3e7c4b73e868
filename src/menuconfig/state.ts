import type { KconfigSymbol, MenuNode } from '../kconfig/model.js';
import type { TextField } from './input/text-field.js';
import { LIST_START, type ListPosition } from './list/scroll.js';
import type { Request } from './request.js';
import type { Size } from './screen/canvas.js';

/** A menu on the way from the main menu, and where one was in it. */
export interface Place {
  readonly menu: MenuNode;
  /** The entry with the cursor: it keeps the cursor when entries appear or go around it. */
  readonly at: MenuNode | undefined;
  readonly position: ListPosition;
}

/** The values of a choice, one of which is to be taken. */
export interface ChoiceDialog {
  readonly kind: 'choice';
  readonly node: MenuNode;
  readonly position: ListPosition;
  readonly button: number;
}

/** The value of a string, int or hex. */
export interface ValueDialog {
  readonly kind: 'value';
  readonly node: MenuNode;
  readonly symbol: KconfigSymbol;
  readonly field: TextField;
  /** 0 is the field itself, then the buttons. */
  readonly focus: number;
}

/** The name of a file to save to or to load. */
export interface FileDialog {
  readonly kind: 'file';
  readonly purpose: 'save' | 'load';
  readonly field: TextField;
  readonly focus: number;
}

/** A text to read. */
export interface TextDialog {
  readonly kind: 'text';
  readonly title: string;
  readonly lines: readonly string[];
  readonly top: number;
}

/** Entries found by name or prompt. */
export interface SearchDialog {
  readonly kind: 'search';
  readonly field: TextField;
  readonly found: readonly MenuNode[];
  readonly position: ListPosition;
}

/** Whether changes are to be saved before leaving. */
export interface LeaveDialog {
  readonly kind: 'leave';
  readonly button: number;
}

/** A window over the menu. */
export type Dialog = ChoiceDialog | ValueDialog | FileDialog | TextDialog | SearchDialog | LeaveDialog;

/** Everything about the screen; values are elsewhere. Never changed: each key gives a new one. */
export interface MenuState {
  readonly size: Size;
  /** The menus that were entered, the main menu first; never empty. */
  readonly places: readonly [Place, ...Place[]];
  /** The button that Enter presses. */
  readonly button: number;
  /** Whether entries that are hidden now are shown too. */
  readonly showAll: boolean;
  /** The windows, the uppermost last. */
  readonly dialogs: readonly Dialog[];
  /** A line about what the last key did. */
  readonly notice: string | undefined;
}

/** What came of a key. */
export interface Step {
  readonly state: MenuState;
  readonly request?: Request;
}

/** The menu when it opens. */
export function initialState(root: MenuNode, size: Size): MenuState {
  return {
    size,
    places: [placeOf(root)],
    button: 0,
    showAll: false,
    dialogs: [],
    notice: undefined,
  };
}

/** A menu as it is when it is entered. */
export function placeOf(menu: MenuNode, at?: MenuNode): Place {
  return { menu, at, position: LIST_START };
}

/** The menu that is shown. */
export function currentPlace(state: MenuState): Place {
  return state.places.at(-1) ?? state.places[0];
}

/** The state with the shown menu's place replaced. */
export function withPlace(state: MenuState, place: Place): MenuState {
  const places = [...state.places.slice(0, -1), place];
  return { ...state, places: places as [Place, ...Place[]] };
}

/** The state with a window on top. */
export function opened(state: MenuState, dialog: Dialog): MenuState {
  return { ...state, dialogs: [...state.dialogs, dialog] };
}

/** The state with the uppermost window replaced, or closed. */
export function withDialog(state: MenuState, dialog: Dialog | undefined): MenuState {
  const below = state.dialogs.slice(0, -1);
  return { ...state, dialogs: dialog === undefined ? below : [...below, dialog] };
}
