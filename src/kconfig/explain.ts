import type { Configuration } from './configuration.js';
import { type Expression, operandsOf } from './expression.js';
import { formatExpression } from './format-expression.js';
import { isTruth, type KconfigSymbol, type Position, type SymbolType } from './model.js';
import { formatNumber } from './number.js';
import { describeObstacle, isLiteral, nameOf, obstacleTo, promptCondition } from './obstacle.js';
import { type Selector, selectorsOf } from './refusal.js';
import { letterOf, MODULE, NO } from './tristate.js';

/** Where a value comes from. */
export type ValueSource =
  /** The user said so. */
  | 'user'
  /** A default of its definition. */
  | 'default'
  /** Another symbol selects it: it cannot be less. */
  | 'selected'
  /** Another symbol implies it. */
  | 'implied'
  /** Which value of its choice is taken. */
  | 'choice'
  /** The environment variable that it stands for. */
  | 'environment'
  /** Nothing gives it one. */
  | 'none';

/** A condition, or a part of one, and what it comes to now. */
export interface Term {
  /** As it is written in a Kconfig file. */
  readonly text: string;
  /** The same with the value behind each symbol: `A [=y] && !B [=n]`. */
  readonly annotated: string;
  readonly value: 'y' | 'm' | 'n';
}

/** A symbol that selects or implies, or is selected or implied. */
export interface Relation {
  readonly name: string;
  /** Undefined: always. */
  readonly condition: Term | undefined;
  /** What it comes to now: n has no effect. */
  readonly value: 'y' | 'm' | 'n';
}

/** A default as it is written. */
export interface DefaultLine {
  readonly text: string;
  readonly condition: Term | undefined;
}

/** Everything there is to say about a symbol now. Plain data, fit for JSON. */
export interface Explanation {
  readonly name: string;
  readonly type: SymbolType;
  /** Of a choice: the name of the value that it takes, if it takes one. */
  readonly value: string;
  readonly source: ValueSource;
  /** What the user said, whether it counts or not. */
  readonly userValue: string | undefined;
  readonly prompt: string | undefined;
  readonly help: string | undefined;
  readonly positions: readonly Position[];
  /** The titles of the menus that lead to it, the outermost first. */
  readonly menuPath: readonly string[];
  /** What it depends on: all of these have to hold. */
  readonly dependsOn: readonly Term[];
  /** What keeps it from being asked for, with what would help; undefined when it is asked for, or never is. */
  readonly blockedBy: string | undefined;
  readonly defaults: readonly DefaultLine[];
  readonly selects: readonly Relation[];
  readonly implies: readonly Relation[];
  readonly selectedBy: readonly Relation[];
  readonly impliedBy: readonly Relation[];
  /** The range that counts now, as numbers of its type. */
  readonly range: { readonly low: string; readonly high: string } | undefined;
  /** What it can be set to now, for a bool or tristate. */
  readonly assignable: readonly ('y' | 'm' | 'n')[];
  /** The choice it is a value of: its prompt, or name. */
  readonly choice: string | undefined;
}

/** Says what a symbol is, what its value is, and why. */
export function explain(configuration: Configuration, symbol: KconfigSymbol): Explanation {
  const node = symbol.nodes.find(({ prompt }) => prompt !== undefined) ?? symbol.nodes[0];
  const range = configuration.range(symbol);
  const format = (bound: bigint) => formatNumber(bound, symbol.type);
  return {
    name: symbol.name,
    type: symbol.type,
    value: configuration.chosen(symbol)?.name ?? configuration.value(symbol),
    source: sourceOf(configuration, symbol),
    userValue: configuration.userValue(symbol),
    prompt: symbol.prompts[0]?.text,
    help: symbol.nodes.find(({ help }) => help !== undefined)?.help,
    positions: symbol.nodes.map(({ position }) => position),
    menuPath: pathOf(node),
    dependsOn: dependenciesOf(configuration, symbol),
    blockedBy: blockedBy(configuration, symbol),
    defaults: symbol.defaults.map(({ value, condition }) => ({
      text: formatExpression(value),
      condition: conditionOf(configuration, condition),
    })),
    selects: targetsOf(configuration, symbol, false),
    implies: targetsOf(configuration, symbol, true),
    selectedBy: selectorsOf(configuration, symbol).map((each) => relationOf(configuration, each)),
    impliedBy: selectorsOf(configuration, symbol, true).map((each) => relationOf(configuration, each)),
    range: range === undefined ? undefined : { low: format(range.low), high: format(range.high) },
    assignable: isTruth(symbol) ? configuration.assignable(symbol).map(letterOf) : [],
    choice: symbol.choice === undefined ? undefined : (symbol.choice.prompts[0]?.text ?? symbol.choice.name),
  };
}

/** An expression with the values there are: `A [=y] && !B [=n]`. */
export function annotate(configuration: Configuration, expression: Expression): string {
  // A bare number is a name that nothing defines.
  return formatExpression(expression, (symbol) =>
    isLiteral(symbol) ? undefined : `[=${configuration.value(symbol)}]`,
  );
}

/** Tells why a symbol has the value that it has. */
export function sourceOf(configuration: Configuration, symbol: KconfigSymbol): ValueSource {
  if (symbol.environmentVariable !== undefined) return 'environment';
  const isVisible = configuration.visibility(symbol) !== NO;
  if (symbol.choice !== undefined) return isVisible ? 'choice' : 'none';
  if (!isTruth(symbol)) {
    if (isVisible && configuration.hasUserValue(symbol)) return 'user';
    return hasDefault(configuration, symbol) ? 'default' : 'none';
  }
  const truth = configuration.tristate(symbol);
  const isUsers = isVisible && configuration.hasUserValue(symbol);
  if (symbol.isChoice) return isUsers ? 'user' : isVisible ? 'default' : 'none';
  const selected = configuration.selectedTo(symbol);
  // What the user wanted as well is the user's.
  const users = configuration.userValue(symbol) === configuration.value(symbol);
  if (selected !== NO && selected === truth && !(isUsers && users)) return 'selected';
  if (isUsers) return 'user';
  const weak = configuration.impliedTo(symbol);
  if (weak !== NO && weak === truth && truth !== defaultTruth(configuration, symbol)) return 'implied';
  return hasDefault(configuration, symbol) ? 'default' : 'none';
}

function hasDefault(configuration: Configuration, { defaults }: KconfigSymbol): boolean {
  return defaults.some(({ condition }) => configuration.evaluate(condition) !== NO);
}

function defaultTruth(configuration: Configuration, { defaults }: KconfigSymbol): number {
  const line = defaults.find(({ condition }) => configuration.evaluate(condition) !== NO);
  return line === undefined ? NO : configuration.evaluate(line.value);
}

/** A value of a choice depends on the choice: that goes without saying. */
function dependenciesOf(
  configuration: Configuration,
  { directDependency, choice }: KconfigSymbol,
): readonly Term[] {
  if (directDependency === undefined) return [];
  return operandsOf(directDependency, 'and')
    .filter((part) => part.kind !== 'symbol' || part.symbol !== choice)
    .map((part) => termOf(configuration, part));
}

function pathOf(node: KconfigSymbol['nodes'][number] | undefined): string[] {
  const titles: string[] = [];
  for (let at = node?.parent; at !== undefined; at = at.parent) {
    const isMenu = at.kind === 'menu' || at.kind === 'choice' || at.isMenuconfig;
    if (isMenu && at.prompt !== undefined) titles.unshift(at.prompt.text);
  }
  return titles;
}

function termOf(configuration: Configuration, expression: Expression): Term {
  return {
    text: formatExpression(expression),
    annotated: annotate(configuration, expression),
    value: letterOf(configuration.evaluate(expression)),
  };
}

function conditionOf(configuration: Configuration, condition: Expression | undefined): Term | undefined {
  return condition === undefined ? undefined : termOf(configuration, condition);
}

function targetsOf(configuration: Configuration, symbol: KconfigSymbol, weak: boolean): Relation[] {
  return symbol.selections
    .filter((selection) => selection.weak === weak)
    .map(({ target, condition }) => ({
      name: target.name,
      condition: conditionOf(configuration, condition),
      value: letterOf(configuration.tristate(symbol) === NO ? NO : configuration.evaluate(condition)),
    }));
}

function relationOf(configuration: Configuration, { by, value, condition }: Selector): Relation {
  return {
    name: nameOf(by),
    condition: conditionOf(configuration, condition),
    value: letterOf(value),
  };
}

function blockedBy(configuration: Configuration, symbol: KconfigSymbol): string | undefined {
  if (symbol.prompts.length === 0) return undefined;
  const obstacle = obstacleTo(configuration, promptCondition(symbol), MODULE);
  return obstacle === undefined ? undefined : describeObstacle(configuration, obstacle);
}
