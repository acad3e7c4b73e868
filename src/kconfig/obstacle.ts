import type { Configuration } from './configuration.js';
import { quote } from './dot-config.js';
import { type Expression, orElse } from './expression.js';
import { formatExpression } from './format-expression.js';
import type { KconfigSymbol } from './model.js';
import { letterOf, MODULE, NO, type Tristate, YES } from './tristate.js';

/** What would have to change for an expression to be at least, or at most, some truth value. */
export type Obstacle =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Obstacle[] }
  | { readonly kind: 'symbol'; readonly symbol: KconfigSymbol; readonly needed: readonly Tristate[] }
  | {
      readonly kind: 'comparison';
      readonly expression: Expression & { readonly kind: 'comparison' };
      readonly needed: boolean;
    }
  /** Nothing can change it. */
  | { readonly kind: 'never'; readonly text: string };

/**
 * The part of an expression that keeps it from being at least `wanted`.
 * @returns undefined when nothing does
 */
export function obstacleTo(
  configuration: Configuration,
  expression: Expression | undefined,
  wanted: Tristate,
): Obstacle | undefined {
  if (expression === undefined || configuration.evaluate(expression) >= wanted) return undefined;
  return atLeast(configuration, expression, wanted);
}

function atLeast(
  configuration: Configuration,
  expression: Expression,
  wanted: Tristate,
): Obstacle | undefined {
  if (configuration.evaluate(expression) >= wanted) return undefined;
  switch (expression.kind) {
    case 'not':
      return atMost(configuration, expression.operand, (YES - wanted) as Tristate);
    case 'and':
    case 'or':
      return join(expression.kind === 'and' ? 'all' : 'any', [
        atLeast(configuration, expression.left, wanted),
        atLeast(configuration, expression.right, wanted),
      ]);
    case 'comparison':
      return { kind: 'comparison', expression, needed: true };
    case 'symbol':
      return symbolAtLeast(configuration, expression, wanted);
  }
}

function atMost(
  configuration: Configuration,
  expression: Expression,
  wanted: Tristate,
): Obstacle | undefined {
  if (configuration.evaluate(expression) <= wanted) return undefined;
  switch (expression.kind) {
    case 'not':
      return atLeast(configuration, expression.operand, (YES - wanted) as Tristate);
    case 'and':
    case 'or':
      return join(expression.kind === 'and' ? 'any' : 'all', [
        atMost(configuration, expression.left, wanted),
        atMost(configuration, expression.right, wanted),
      ]);
    case 'comparison':
      return { kind: 'comparison', expression, needed: false };
    case 'symbol':
      return expression.symbol.isConstant
        ? never(expression)
        : {
            kind: 'symbol',
            symbol: expression.symbol,
            needed: valuesUpTo(configuration, expression.symbol, wanted),
          };
  }
}

function symbolAtLeast(
  configuration: Configuration,
  expression: Expression & { readonly kind: 'symbol' },
  wanted: Tristate,
): Obstacle {
  const { symbol } = expression;
  // A choice is there when its prompt is: what keeps that away says more than a choice, which may have no name.
  if (symbol.isChoice) {
    const why = obstacleTo(configuration, promptCondition(symbol), wanted);
    if (why !== undefined) return why;
  }
  const type = configuration.typeOf(symbol);
  if (symbol.isConstant || (type !== 'bool' && type !== 'tristate')) return never(expression);
  return { kind: 'symbol', symbol, needed: type === 'tristate' && wanted === MODULE ? [MODULE, YES] : [YES] };
}

function valuesUpTo(
  configuration: Configuration,
  symbol: KconfigSymbol,
  wanted: Tristate,
): readonly Tristate[] {
  return wanted === MODULE && configuration.typeOf(symbol) === 'tristate' ? [NO, MODULE] : [NO];
}

function never(expression: Expression): Obstacle {
  return { kind: 'never', text: formatExpression(expression) };
}

/** A list in a list of the same kind is one list. */
function join(kind: 'all' | 'any', found: readonly (Obstacle | undefined)[]): Obstacle | undefined {
  const parts = found.flatMap((part) =>
    part?.kind === kind ? part.parts : part === undefined ? [] : [part],
  );
  // Of alternatives that cannot be, nothing needs to be said while there are others.
  const possible = kind === 'any' ? parts.filter((part) => part.kind !== 'never') : parts;
  const kept = possible.length > 0 ? possible : parts;
  return kept.length === 1 ? kept[0] : { kind, parts: kept };
}

/** When a symbol may be asked for: under the condition of any of its prompts. Undefined: always, if it has a prompt at all. */
export function promptCondition({ prompts }: KconfigSymbol): Expression | undefined {
  const conditions = prompts.map(({ condition }) => condition);
  return conditions.includes(undefined) ? undefined : conditions.reduce(orElse, undefined);
}

/** An obstacle in words, with the values there are: `A=y (now n) and (B=y (now n) or C != "x" (now "x"))`. */
export function describeObstacle(configuration: Configuration, obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'all':
    case 'any':
      return obstacle.parts
        .map((part) => {
          const text = describeObstacle(configuration, part);
          return part.kind === 'all' || part.kind === 'any' ? `(${text})` : text;
        })
        .join(obstacle.kind === 'all' ? ' and ' : ' or ');
    case 'symbol': {
      const needed = obstacle.needed.map(letterOf).join(' or ');
      return `${nameOf(obstacle.symbol)}=${needed} (now ${configuration.value(obstacle.symbol) || 'n'})`;
    }
    case 'comparison': {
      const { expression, needed } = obstacle;
      const named = [expression.left, expression.right].filter((symbol) => !symbol.isConstant);
      const values = named.map((symbol) => `${symbol.name} is ${shown(configuration, symbol)}`);
      return `${needed ? '' : 'not '}${formatExpression(expression)} (now ${values.join(', ')})`;
    }
    case 'never':
      return `${obstacle.text}, which never holds`;
  }
}

/** A value as it stands in a .config. */
function shown(configuration: Configuration, symbol: KconfigSymbol): string {
  const value = configuration.value(symbol);
  return symbol.type === 'string' || value === '' ? quote(value) : value;
}

/** What a symbol is called: its name, or the prompt of a choice that has none. */
export function nameOf(symbol: KconfigSymbol): string {
  return symbol.name !== '' ? symbol.name : `choice "${symbol.prompts[0]?.text ?? ''}"`;
}
