import type { Configuration } from './configuration.js';
import type { Expression } from './expression.js';
import type { KconfigSymbol } from './model.js';
import { describeObstacle, nameOf, type Obstacle, obstacleTo, promptCondition } from './obstacle.js';
import { letterOf, MODULE, NO, type Tristate, tristateOf, YES } from './tristate.js';

/** Why a symbol cannot have a value now. */
export interface Refusal {
  /** In words, going on after the symbol's name. */
  readonly reason: string;
  /** What would have to change first; undefined when no other symbol can help. */
  readonly obstacle: Obstacle | undefined;
}

/**
 * Says why a symbol does not take a value.
 * @returns undefined when it would
 */
export function refusalOf(
  configuration: Configuration,
  symbol: KconfigSymbol,
  text: string,
): Refusal | undefined {
  if (symbol.nodes.length === 0) return final('is mentioned in the Kconfig files, but defined nowhere');
  if (symbol.environmentVariable !== undefined)
    return final(`is always what the environment variable ${symbol.environmentVariable} says`);
  if (hasControlCharacter(text)) return final('cannot hold line ends or other control characters');
  const type = configuration.typeOf(symbol);
  const truth = type === 'bool' || type === 'tristate' ? tristateOf(text) : undefined;
  if (truth === undefined) return refusalOfText(configuration, symbol, text);
  if (configuration.tristate(symbol) === truth) return undefined;
  return refusalOfTruth(configuration, symbol, truth);
}

function final(reason: string): Refusal {
  return { reason, obstacle: undefined };
}

/** A line end would be a line of its own in the .config. */
function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\u007f');
}

function refusalOfText(
  configuration: Configuration,
  symbol: KconfigSymbol,
  text: string,
): Refusal | undefined {
  const problem = configuration.problemWith(symbol, text);
  if (problem !== undefined) return final(`does not take that value: ${problem}`);
  return hiddenBecause(configuration, symbol, MODULE);
}

function refusalOfTruth(
  configuration: Configuration,
  symbol: KconfigSymbol,
  truth: Tristate,
): Refusal | undefined {
  const type = configuration.typeOf(symbol);
  if (truth === MODULE && symbol.type === 'bool') return final('is y or n, and no module');
  if (truth < configuration.selectedTo(symbol)) return heldBySelection(configuration, symbol, truth);
  const wanted = type === 'tristate' && truth === YES ? YES : MODULE;
  const hidden = hiddenBecause(configuration, symbol, wanted);
  if (hidden !== undefined) return hidden;
  const { choice } = symbol;
  if (choice !== undefined && truth !== YES && configuration.visibility(symbol) === YES) {
    const others = choice.choiceValues.filter(
      (value) => value !== symbol && configuration.visibility(value) !== NO,
    );
    const names = others.map(({ name }) => `${name}=y`).join(' or ');
    return final(
      `is the value of ${nameOf(choice)}: choose another one instead${names === '' ? '' : ` (${names})`}`,
    );
  }
  if (truth === MODULE && type === 'bool') {
    const { modules } = configuration.kconfig;
    if (modules === undefined || configuration.tristate(modules) !== NO)
      return final('cannot be a module here');
    const obstacle: Obstacle = { kind: 'symbol', symbol: modules, needed: [YES] };
    return { reason: `can only be a module with ${describeObstacle(configuration, obstacle)}`, obstacle };
  }
  const problem = configuration.problemWith(symbol, letterOf(truth));
  return problem === undefined ? undefined : final(`does not take that value: ${problem}`);
}

/** The prompt that would let a user say something is not to be seen. */
function hiddenBecause(
  configuration: Configuration,
  symbol: KconfigSymbol,
  wanted: Tristate,
): Refusal | undefined {
  if (symbol.prompts.length === 0) return final('is never asked for: its value follows from others');
  const obstacle = obstacleTo(configuration, promptCondition(symbol), wanted);
  if (obstacle === undefined) return undefined;
  return { reason: `needs ${describeObstacle(configuration, obstacle)}`, obstacle };
}

function heldBySelection(configuration: Configuration, symbol: KconfigSymbol, wanted: Tristate): Refusal {
  const holders = selectorsOf(configuration, symbol).filter(({ value }) => value > wanted);
  const names = holders.map(({ by }) => `${by.name}=${configuration.value(by)}`).join(' and ');
  const parts = holders.map(({ by }): Obstacle => ({ kind: 'symbol', symbol: by, needed: [NO] }));
  return { reason: `is selected by ${names}`, obstacle: { kind: 'all', parts } };
}

/** What selects or implies a symbol, with what it makes of it now. */
export interface Selector {
  readonly by: KconfigSymbol;
  readonly value: Tristate;
  /** Undefined: always. */
  readonly condition: Expression | undefined;
}

/** Every `select` (or `imply`) of a symbol. */
export function selectorsOf(
  configuration: Configuration,
  symbol: KconfigSymbol,
  weak = false,
): readonly Selector[] {
  return configuration.kconfig.symbols.flatMap((by) =>
    by.selections
      .filter((selection) => selection.target === symbol && selection.weak === weak)
      .map(({ condition }) => ({
        by,
        value: Math.min(configuration.tristate(by), configuration.evaluate(condition)) as Tristate,
        condition,
      })),
  );
}
