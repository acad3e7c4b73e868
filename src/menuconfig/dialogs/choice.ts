import type { MenuNode } from '../../kconfig/model.js';
import { YES } from '../../kconfig/tristate.js';
import { moveButton } from '../buttons.js';
import { type Key, typed } from '../input/key.js';
import { hotkeyIndex, hotkeyOf } from '../list/row-text.js';
import type { ReadConfiguration } from '../list/rows.js';
import { fitList, moveInList } from '../list/scroll.js';
import type { MenuModel } from '../model.js';
import type { Glyphs } from '../screen/box.js';
import type { Canvas } from '../screen/canvas.js';
import { type ChoiceDialog, type MenuState, type Step, withDialog } from '../state.js';
import { visibleText } from '../text/visible.js';
import { textWidth } from '../text/width.js';
import { clip } from '../text/wrap.js';
import { openHelp } from './text.js';
import { contentHeight, drawWindow } from './window.js';

const BUTTONS = ['Select', 'Help'] as const;

/** The values that can be seen: what belongs to the one that is taken is no value. */
export function valuesOf(state: MenuState, dialog: ChoiceDialog, model: MenuModel): readonly MenuNode[] {
  return model
    .rows(dialog.node, state.showAll)
    .map(({ node }) => node)
    .filter((node) => node.symbol?.choice === dialog.node.symbol);
}

/** Keys while a value is chosen. */
export function updateChoice(state: MenuState, dialog: ChoiceDialog, key: Key, model: MenuModel): Step {
  const values = valuesOf(state, dialog, model);
  const height = contentHeight(state.size, values.length);
  const position = moveInList(dialog.position, key, values.length, height);
  if (position !== undefined) return { state: withDialog(state, { ...dialog, position }) };
  const button = moveButton(dialog.button, key, BUTTONS.length);
  if (button !== undefined) return { state: withDialog(state, { ...dialog, button }) };
  const current = values[fitList(dialog.position, values.length, height).index];
  const letter = typed(key)?.toLowerCase();
  if (key.name === 'escape') return { state: withDialog(state, undefined) };
  const wantsHelp = key.name === 'help' || letter === '?' || letter === 'h';
  if (wantsHelp || (key.name === 'enter' && dialog.button === 1))
    return { state: openHelp(state, model, current ?? dialog.node) };
  if (key.name === 'enter' || letter === ' ' || letter === 'y') return take(state, current);
  return { state: jumpByLetter(state, dialog, letter, values) };
}

function take(state: MenuState, node: MenuNode | undefined): Step {
  const closed = withDialog(state, undefined);
  if (node?.symbol === undefined) return { state: closed };
  return { state: closed, request: { kind: 'set', symbol: node.symbol, text: 'y' } };
}

/** To the next value whose hotkey it is. */
function jumpByLetter(
  state: MenuState,
  dialog: ChoiceDialog,
  letter: string | undefined,
  values: readonly MenuNode[],
): MenuState {
  const { index } = dialog.position;
  const order = [...values.keys()].map((step) => (index + 1 + step) % values.length);
  const found = order.find((at) => hotkeyOf(values[at]?.prompt?.text ?? '') === letter);
  if (letter === undefined || found === undefined) return state;
  return withDialog(state, { ...dialog, position: { ...dialog.position, index: found } });
}

/** Draws the values as a list of radio buttons. */
export function drawChoice(
  canvas: Canvas,
  state: MenuState,
  dialog: ChoiceDialog,
  model: MenuModel,
  glyphs: Glyphs,
): void {
  const values = valuesOf(state, dialog, model);
  const texts = values.map((node) => `${markOf(model.configuration, node)} ${promptOf(node)}`);
  const width = Math.max(40, ...texts.map(textWidth)) + 2;
  const area = drawWindow(canvas, glyphs, {
    title: visibleText(dialog.node.prompt?.text ?? ''),
    width,
    height: Math.max(1, values.length),
    buttons: BUTTONS,
    active: dialog.button,
  });
  const { index, top } = fitList(dialog.position, values.length, area.height);
  values.slice(top, top + area.height).forEach((node, line) => {
    const isChosen = top + line === index;
    const row = area.row + line;
    const prompt = clip(promptOf(node), area.width - 4, glyphs.ellipsis);
    const start = canvas.text(row, area.column, `${markOf(model.configuration, node)} `, 'item', area.width);
    const room = area.column + area.width - start;
    canvas.text(row, start, prompt, isChosen ? 'chosen' : 'item', room);
    const at = hotkeyIndex(prompt);
    const letter = at === undefined ? undefined : prompt[at];
    if (at !== undefined && letter !== undefined) {
      const column = start + textWidth(prompt.slice(0, at));
      canvas.text(
        row,
        column,
        letter,
        isChosen ? 'chosenHotkey' : 'hotkey',
        area.column + area.width - column,
      );
    }
    if (isChosen) canvas.cursor(row, area.column + 1);
  });
  if (values.length === 0)
    canvas.text(area.row, area.column, 'No value can be chosen now', 'muted', area.width);
}

function promptOf(node: MenuNode): string {
  return visibleText(node.prompt?.text ?? node.symbol?.name ?? '');
}

function markOf(configuration: ReadConfiguration, { symbol }: MenuNode): string {
  return symbol !== undefined && configuration.tristate(symbol) === YES ? '(X)' : '( )';
}
