import type { Configuration } from './configuration.js';
import type { KconfigSymbol } from './model.js';
import type { Obstacle } from './obstacle.js';
import { refusalOf } from './refusal.js';
import { letterOf } from './tristate.js';

/** A symbol and the value it gets. */
export interface Assignment {
  readonly symbol: KconfigSymbol;
  readonly text: string;
}

/** How far a way goes back from its end. */
const MAX_DEPTH = 10;

/** How many values are tried before there is said to be no way. */
const MAX_TRIES = 200;

/** A search under way. */
interface Search {
  readonly configuration: Configuration;
  readonly steps: Assignment[];
  tries: number;
}

/**
 * Sets a symbol and says whether it took: whether the value is now what was wanted. The value may be one that was there already.
 * When it did not take, nothing is changed.
 */
export function trySet(configuration: Configuration, { symbol, text }: Assignment): boolean {
  if (refusalOf(configuration, symbol, text) !== undefined) return false;
  const saved = configuration.save();
  if (configuration.set(symbol, text) && has(configuration, { symbol, text })) return true;
  configuration.restore(saved);
  return false;
}

/** Whether a symbol has a value. `ff` and `0xff` are the same hexadecimal number. */
export function has(configuration: Configuration, { symbol, text }: Assignment): boolean {
  const value = configuration.value(symbol);
  return value === text || (symbol.type === 'hex' && value === `0x${text}`);
}

/**
 * Looks for other symbols to set first, so that an assignment takes which does not now. The way is tried out before it is given;
 * the configuration is as before afterwards.
 * @returns the assignments that have to come before; undefined when none was found
 */
export function wayTo(configuration: Configuration, goal: Assignment): readonly Assignment[] | undefined {
  const saved = configuration.save();
  const search: Search = { configuration, steps: [], tries: MAX_TRIES };
  const reached = reach(search, goal, MAX_DEPTH);
  const holds = reached && search.steps.every((step) => has(configuration, step));
  configuration.restore(saved);
  return holds ? search.steps.slice(0, -1) : undefined;
}

function reach(search: Search, goal: Assignment, depth: number): boolean {
  const { configuration, steps } = search;
  if (trySet(configuration, goal)) {
    steps.push(goal);
    return true;
  }
  search.tries -= 1;
  if (depth === 0 || search.tries <= 0) return false;
  const obstacle = refusalOf(configuration, goal.symbol, goal.text)?.obstacle;
  if (obstacle === undefined || !overcome(search, obstacle, depth - 1)) return false;
  return reach(search, goal, depth - 1);
}

function overcome(search: Search, obstacle: Obstacle, depth: number): boolean {
  switch (obstacle.kind) {
    case 'never':
      return false;
    case 'all':
      return obstacle.parts.every((part) => overcome(search, part, depth));
    case 'any':
      return obstacle.parts.some((part) => attempt(search, part, depth));
    case 'symbol':
      return make(search, { symbol: obstacle.symbol, text: letterOf(obstacle.needed.at(-1) ?? 0) }, depth);
    case 'comparison': {
      const { left, right, relation } = obstacle.expression;
      const equal = (relation === '=' && obstacle.needed) || (relation === '!=' && !obstacle.needed);
      if (!equal || left.isConstant === right.isConstant) return false;
      const [symbol, constant] = left.isConstant ? [right, left] : [left, right];
      return make(search, { symbol, text: constant.name }, depth);
    }
  }
}

/** What an earlier step has brought about needs no step of its own. */
function make(search: Search, goal: Assignment, depth: number): boolean {
  return has(search.configuration, goal) || reach(search, goal, depth);
}

/** One of several alternatives: what a failed one has set is taken back. */
function attempt(search: Search, part: Obstacle, depth: number): boolean {
  const { configuration, steps } = search;
  const saved = configuration.save();
  const count = steps.length;
  if (overcome(search, part, depth)) return true;
  configuration.restore(saved);
  steps.length = count;
  return false;
}
