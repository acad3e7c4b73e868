import type { KconfigSymbol, MenuNode } from '../../kconfig/model.js';
import { MODULE, type Tristate, YES } from '../../kconfig/tristate.js';
import { visibleText } from '../text/visible.js';
import { textWidth } from '../text/width.js';
import { clip } from '../text/wrap.js';
import { hasRows, isSubmenu, type ReadConfiguration, type Row } from './rows.js';

/** A row in words. */
export interface RowText {
  /** `[*]`, `<M>`, `(5000)` and the space up to the prompt. */
  readonly marker: string;
  readonly prompt: string;
  /** The value of a choice, `(NEW)`, `--->`. */
  readonly suffix: string;
}

/** Columns of a marker. */
const MARKER = 3;
const MARKS: Readonly<Record<Tristate, string>> = { 0: ' ', 1: 'M', 2: '*' };

/**
 * What a row says.
 * @param room columns that a value may take; a longer one is cut
 */
export function rowText(
  configuration: ReadConfiguration,
  row: Row,
  showAll: boolean,
  room: number,
  ellipsis: string,
): RowText {
  const { node, depth } = row;
  const prompt = visibleText(node.prompt?.text ?? '');
  const indent = ' '.repeat(2 * depth + 1);
  const blank = `${' '.repeat(MARKER)}${indent}`;
  const arrow = isSubmenu(node) ? `  ${hasRows(configuration, node, showAll) ? '--->' : '----'}` : '';
  const { symbol } = node;
  if (node.kind === 'comment') return { marker: blank, prompt: `*** ${prompt} ***`, suffix: '' };
  if (symbol === undefined) return { marker: blank, prompt, suffix: arrow };
  if (node.kind === 'choice') {
    return {
      marker: `${choiceMark(configuration, node, symbol)}${indent}`,
      prompt,
      suffix: choiceSuffix(configuration, node, symbol),
    };
  }
  const suffix = `${isNew(configuration, symbol) ? ' (NEW)' : ''}${arrow}`;
  // The value that a choice took is named there already.
  const isTaken = symbol.choice !== undefined && configuration.tristate(symbol) === YES;
  const mark = isTaken ? ' '.repeat(MARKER) : symbolMark(configuration, symbol, room, ellipsis);
  const gap = ' '.repeat(Math.max(1, MARKER + indent.length - textWidth(mark)));
  return { marker: `${mark}${gap}`, prompt, suffix };
}

/** Whether nobody has said anything about a symbol that asks. */
export function isNew(configuration: ReadConfiguration, symbol: KconfigSymbol): boolean {
  return !configuration.hasUserValue(symbol) && configuration.isChangeable(symbol);
}

/** `[*]`, `<M>`, `{M}`, `-*-`, or the value in brackets. */
export function symbolMark(
  configuration: ReadConfiguration,
  symbol: KconfigSymbol,
  room: number,
  ellipsis: string,
): string {
  const type = configuration.typeOf(symbol);
  const mark = MARKS[configuration.tristate(symbol)];
  if (type !== 'bool' && type !== 'tristate')
    return `(${clip(visibleText(configuration.value(symbol)), room, ellipsis)})`;
  if (!configuration.isChangeable(symbol)) return `-${mark}-`;
  if (type === 'bool') return `[${mark}]`;
  return configuration.selectedTo(symbol) === MODULE ? `{${mark}}` : `<${mark}>`;
}

/** A choice has a mark of its own where it may be a module, or left alone. */
function choiceMark(configuration: ReadConfiguration, node: MenuNode, choice: KconfigSymbol): string {
  if (!configuration.isChangeable(choice) || configuration.assignable(choice).length < 2)
    return ' '.repeat(MARKER);
  const mark = MARKS[configuration.tristate(node.symbol ?? choice)];
  return configuration.typeOf(choice) === 'tristate' ? `<${mark}>` : `[${mark}]`;
}

function choiceSuffix(configuration: ReadConfiguration, node: MenuNode, choice: KconfigSymbol): string {
  if (configuration.tristate(choice) !== YES) return '';
  const chosen = configuration.chosen(choice);
  const entry = node.children.find(({ symbol }) => symbol !== undefined && symbol === chosen);
  return entry === undefined ? '  --->' : ` (${visibleText(entry.prompt?.text ?? '')})  --->`;
}

/** Letters that are commands in a menu, and so are nobody's hotkey. */
const COMMANDS = new Set('ynmhszlouq');

/** Where the letter stands by which one jumps to a row, in its prompt; undefined when no letter is left for it. */
export function hotkeyIndex(prompt: string): number | undefined {
  for (const match of prompt.matchAll(/\p{L}/gu)) {
    if (!COMMANDS.has(match[0].toLowerCase())) return match.index;
  }
  return undefined;
}

/** That letter, small. */
export function hotkeyOf(prompt: string): string | undefined {
  const index = hotkeyIndex(prompt);
  const point = index === undefined ? undefined : prompt.codePointAt(index);
  return point === undefined ? undefined : String.fromCodePoint(point).toLowerCase();
}

/** What a value is changed to by the space bar: the next one that it can have, from the first again. */
export function nextValue(configuration: ReadConfiguration, symbol: KconfigSymbol): Tristate | undefined {
  const values = configuration.assignable(symbol);
  const current = configuration.tristate(symbol);
  return values.find((value) => value > current) ?? values.find((value) => value !== current) ?? values[0];
}
