import type { Expression } from '../kconfig/expression.js';
import { formatExpression } from '../kconfig/format-expression.js';
import type { KconfigSymbol, MenuNode } from '../kconfig/model.js';
import { formatNumber } from '../kconfig/number.js';
import { letterOf } from '../kconfig/tristate.js';
import { isSubmenu, type ReadConfiguration } from './list/rows.js';
import type { MenuModel } from './model.js';
import { visibleText } from './text/visible.js';

const TYPE_NAMES = {
  unknown: 'unknown',
  bool: 'boolean',
  tristate: 'tristate',
  int: 'integer',
  hex: 'hexadecimal',
  string: 'string',
} as const;

/** Everything about an entry, with the values of now. */
export function helpLines(model: MenuModel, node: MenuNode): string[] {
  const { symbol } = node;
  const written = node.help ?? symbol?.nodes.find(({ help }) => help !== undefined)?.help;
  const help = written?.trimEnd().split('\n') ?? ['There is no help for this entry.'];
  const name = symbol === undefined || symbol.name === '' ? [] : [`${model.prefix}${symbol.name}:`, ''];
  const facts =
    symbol === undefined ? placeFacts(model, node) : symbolFacts(model.configuration, symbol, node);
  return [...name, ...help, '', ...facts].map(shown);
}

/** Tabs of a help text are spaces; whatever else could do harm is escaped. */
function shown(line: string): string {
  return visibleText(line.replaceAll('\t', '        '));
}

function placeFacts({ configuration }: MenuModel, node: MenuNode): string[] {
  return [
    `Prompt: ${node.prompt?.text ?? ''}`,
    ...location(node),
    definedAt(node),
    ...condition(configuration, 'Depends on', node.dependency),
    ...condition(configuration, 'Visible if', node.visibleIf),
  ];
}

function symbolFacts(configuration: ReadConfiguration, symbol: KconfigSymbol, node: MenuNode): string[] {
  const value = symbol.isChoice ? (configuration.chosen(symbol)?.name ?? '') : configuration.value(symbol);
  const range = configuration.range(symbol);
  const numeral = (number: bigint) => formatNumber(number, symbol.type);
  return [
    symbol.name === '' ? `Choice [=${value}]` : `Symbol: ${symbol.name} [=${value}]`,
    `Type  : ${TYPE_NAMES[configuration.typeOf(symbol)]}`,
    ...(range === undefined ? [] : [`Range : [${numeral(range.low)} ${numeral(range.high)}]`]),
    `Prompt: ${node.prompt?.text ?? ''}`,
    ...location(node),
    ...symbol.nodes.map(definedAt),
    ...condition(configuration, 'Depends on', symbol.directDependency),
    ...promptCondition(configuration, symbol, node),
    ...selections(configuration, symbol, false, 'Selects'),
    ...terms(configuration, 'Selected by', symbol.reverseDependency),
    ...selections(configuration, symbol, true, 'Implies'),
    ...terms(configuration, 'Implied by', symbol.weakDependency),
  ];
}

/** The menus on the way to an entry. */
function location(node: MenuNode): string[] {
  const names: string[] = [];
  for (let menu = node.parent; menu?.parent !== undefined; menu = menu.parent) {
    if (menu.prompt !== undefined && (isSubmenu(menu) || menu.kind === 'choice'))
      names.unshift(menu.prompt.text);
  }
  const lines = names.map((name, depth) => `    ${'  '.repeat(depth)}-> ${name}`);
  return lines.length === 0 ? [] : ['  Location:', ...lines];
}

function definedAt({ position }: MenuNode): string {
  return `  Defined at ${position.file}:${position.line}`;
}

function condition(configuration: ReadConfiguration, label: string, expression?: Expression): string[] {
  return expression === undefined ? [] : [`  ${label}: ${withValues(configuration, expression)}`];
}

/** When one is asked, where that is not what the symbol depends on anyway. */
function promptCondition(
  configuration: ReadConfiguration,
  symbol: KconfigSymbol,
  { prompt }: MenuNode,
): string[] {
  const lines = condition(configuration, 'Visible if', prompt?.condition);
  const known = condition(configuration, 'Visible if', symbol.directDependency);
  return lines[0] === known[0] ? [] : lines;
}

function selections(
  configuration: ReadConfiguration,
  symbol: KconfigSymbol,
  weak: boolean,
  label: string,
): string[] {
  const found = symbol.selections.filter((selection) => selection.weak === weak);
  const texts = found.map(({ target, condition: when }) => {
    const text = `${target.name} [=${configuration.value(target)}]`;
    return when === undefined ? text : `${text} if ${withValues(configuration, when)}`;
  });
  return texts.length === 0 ? [] : [`  ${label}: ${texts.join(', ')}`];
}

/** What selects or implies: a line for each. */
function terms(configuration: ReadConfiguration, label: string, expression?: Expression): string[] {
  if (expression === undefined) return [];
  const lines = alternatives(expression).map(
    (each) => `    - ${withValues(configuration, each)} (${letterOf(configuration.evaluate(each))} now)`,
  );
  return [`  ${label}:`, ...lines];
}

function alternatives(expression: Expression): Expression[] {
  if (expression.kind !== 'or') return [expression];
  return [...alternatives(expression.left), ...alternatives(expression.right)];
}

function withValues(configuration: ReadConfiguration, expression: Expression): string {
  return formatExpression(expression, (symbol) => `[=${configuration.value(symbol)}]`);
}
