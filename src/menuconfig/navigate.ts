import type { KconfigSymbol, MenuNode } from '../kconfig/model.js';
import { letterOf, YES } from '../kconfig/tristate.js';
import { fieldOf } from './input/text-field.js';
import { layoutOf } from './layout.js';
import { nextValue } from './list/row-text.js';
import { isSubmenu, type Row } from './list/rows.js';
import { fitList, LIST_START } from './list/scroll.js';
import type { MenuModel } from './model.js';
import { currentPlace, type MenuState, opened, type Place, placeOf, type Step, withPlace } from './state.js';

/** Where the cursor is in the menu that is shown: on its entry as long as that is there, else on its old line. */
export function locate(state: MenuState, model: MenuModel): { rows: readonly Row[]; place: Place } {
  const place = currentPlace(state);
  const rows = model.rows(place.menu, state.showAll);
  const { height } = layoutOf(state.size).list;
  const found = rows.findIndex(({ node }) => node === place.at);
  const index = found === -1 ? place.position.index : found;
  // The cursor keeps its line on the screen when entries appear above it.
  const top = place.position.top + index - place.position.index;
  const position = fitList({ index, top }, rows.length, height);
  return { rows, place: { menu: place.menu, at: rows[position.index]?.node, position } };
}

/** The entry with the cursor; undefined in an empty menu. */
export function currentRow(state: MenuState, model: MenuModel): Row | undefined {
  const { rows, place } = locate(state, model);
  return rows[place.position.index];
}

/** Enter, or <Select>: opens what can be opened, and changes what has two or three values. */
export function enter(state: MenuState, model: MenuModel): Step {
  const node = currentRow(state, model)?.node;
  if (node === undefined) return { state };
  if (isSubmenu(node)) {
    const { place } = locate(state, model);
    const places = [...withPlace(state, place).places, placeOf(node)];
    return { state: { ...state, places: places as [Place, ...Place[]], button: 0 } };
  }
  const { symbol } = node;
  if (symbol === undefined) return { state };
  if (node.kind === 'choice' && model.configuration.tristate(symbol) === YES)
    return { state: openChoice(state, model, node) };
  return change(state, model, node, symbol);
}

/** The space bar: the next value, or the window for it. */
export function change(state: MenuState, model: MenuModel, node: MenuNode, symbol: KconfigSymbol): Step {
  const type = model.configuration.typeOf(symbol);
  if (type === 'bool' || type === 'tristate') {
    const next = nextValue(model.configuration, symbol);
    if (next === undefined) return { state: { ...state, notice: fixed(symbol) } };
    return { state, request: { kind: 'set', symbol, text: letterOf(next) } };
  }
  if (!model.configuration.isChangeable(symbol)) return { state: { ...state, notice: fixed(symbol) } };
  const field = fieldOf(model.configuration.value(symbol));
  return { state: opened(state, { kind: 'value', node, symbol, field, focus: 0 }) };
}

/** Opens the values of a choice, with the cursor on the one that is taken, or on `at`. */
export function openChoice(
  state: MenuState,
  model: MenuModel,
  node: MenuNode,
  at?: KconfigSymbol,
): MenuState {
  const { configuration } = model;
  const wanted = at ?? (node.symbol === undefined ? undefined : configuration.chosen(node.symbol));
  const index = model.rows(node, state.showAll).findIndex(({ node: { symbol } }) => symbol === wanted);
  const position = { ...LIST_START, index: Math.max(0, index) };
  return opened(state, { kind: 'choice', node, position, button: 0 });
}

/** Out of the menu into the one around it; from the main menu: leaving altogether. */
export function back(state: MenuState): Step {
  const [first, ...others] = state.places;
  if (others.length === 0) return { state, request: { kind: 'leave' } };
  return { state: { ...state, places: [first, ...others.slice(0, -1)], button: 0 } };
}

/** Goes to an entry wherever it is; hidden ones are shown from then on when it is hidden. All windows are closed. */
export function jump(state: MenuState, model: MenuModel, target: MenuNode): MenuState {
  const choice = model.configuration.kconfig.root === target ? undefined : choiceAround(model, target);
  const entry = choice ?? target;
  const menus: MenuNode[] = [];
  for (let menu = entry.parent; menu !== undefined; menu = menu.parent) {
    if (isSubmenu(menu)) menus.unshift(menu);
  }
  const [root = model.configuration.kconfig.root, ...inner] = menus;
  const places = [root, ...inner].map((menu, index, all) => placeOf(menu, all[index + 1] ?? entry));
  const isShown = places.every(({ menu, at }) => model.rows(menu, false).some(({ node }) => node === at));
  const showAll = state.showAll || !isShown;
  const notice = showAll && !state.showAll ? 'It is hidden now, so hidden entries are shown (Z)' : undefined;
  const there: MenuState = {
    ...state,
    places: places as [Place, ...Place[]],
    dialogs: [],
    button: 0,
    showAll,
    notice,
  };
  const placed = centredAt(there, model);
  return choice === undefined ? placed : openChoice(placed, model, choice, target.symbol);
}

/** The choice whose window shows an entry; undefined when the entry is a line of a menu. */
function choiceAround(model: MenuModel, target: MenuNode): MenuNode | undefined {
  const { parent } = target;
  if (parent?.kind !== 'choice' || parent.symbol === undefined) return undefined;
  return model.configuration.tristate(parent.symbol) === YES ? parent : undefined;
}

/** With the entry in the middle of the screen, as somebody who comes from elsewhere wants to see what is around it. */
function centredAt(state: MenuState, model: MenuModel): MenuState {
  const places = state.places.map((place) => {
    const rows = model.rows(place.menu, state.showAll);
    const index = shownIndex(rows, place.at);
    const top = index - Math.floor(layoutOf(state.size).list.height / 2);
    return { ...place, at: rows[index]?.node, position: { index, top } };
  });
  return { ...state, places: places as unknown as [Place, ...Place[]] };
}

/** Where an entry is, or the next one around it that is shown. */
function shownIndex(rows: readonly Row[], entry: MenuNode | undefined): number {
  for (let node = entry; node !== undefined; node = node.parent) {
    const index = rows.findIndex((row) => row.node === node);
    if (index !== -1) return index;
  }
  return 0;
}

function fixed(symbol: KconfigSymbol): string {
  return `${symbol.name === '' ? 'This choice' : symbol.name} cannot be changed now: ? says what it depends on`;
}
