import { describePosition, KconfigError } from './errors.js';
import { type Expression, someSymbol } from './expression.js';
import type { KconfigSymbol, KconfigWarning } from './model.js';

/** Many times what Linux has, and less than what the stack of Node allows. */
const MAX_DEPTH = 1500;

/**
 * Finds symbols whose value rests on itself, each loop told whole. The values of a choice are looked at together with it.
 * As in the original, loops that hold only through the choice itself are none.
 */
export function findLoops(symbols: readonly KconfigSymbol[]): readonly KconfigWarning[] {
  const finder = new LoopFinder(symbols.length);
  for (const symbol of symbols) finder.visit(symbol);
  return finder.loops;
}

/** Meeting a symbol that is still under examination closes a loop. */
const OPEN = 1;
const DONE = 2;
type Progress = typeof OPEN | typeof DONE;

/** A symbol under examination, and which of its lines it is. */
interface Step {
  readonly symbol: KconfigSymbol;
  how: string;
}

class LoopFinder {
  readonly loops: KconfigWarning[] = [];
  readonly #progress: (Progress | undefined)[];
  readonly #trail: Step[] = [];
  /** How long the longest chain is that a symbol's value rests on. */
  readonly #depths: Uint32Array;

  constructor(count: number) {
    this.#progress = new Array<Progress | undefined>(count).fill(undefined);
    this.#depths = new Uint32Array(count);
  }

  /** @returns whether a loop was found, after which this branch is left */
  visit(symbol: KconfigSymbol): boolean {
    const progress = this.#progress[symbol.index];
    if (progress === OPEN) {
      this.#tell(symbol);
      return true;
    }
    if (progress === DONE) return false;
    if (symbol.choice !== undefined) return this.visit(symbol.choice);
    if (symbol.isChoice) return this.#visitChoice(symbol);
    this.#progress[symbol.index] = OPEN;
    const found = this.#follow(symbol);
    this.#progress[symbol.index] = DONE;
    return found;
  }

  #visitChoice(choice: KconfigSymbol): boolean {
    const values = choice.choiceValues;
    this.#mark(values, OPEN);
    this.#mark([choice], OPEN);
    let found = this.#follow(choice);
    this.#mark([choice], DONE);
    found ||= values.some((value) => this.#follow(value));
    this.#mark(values, DONE);
    return found;
  }

  #mark(symbols: readonly KconfigSymbol[], progress: Progress): void {
    for (const { index } of symbols) this.#progress[index] = progress;
  }

  #follow(symbol: KconfigSymbol): boolean {
    const step: Step = { symbol, how: '' };
    if (this.#trail.length > MAX_DEPTH) throw tooDeep(symbol);
    this.#trail.push(step);
    const found = this.#followLines(symbol, step);
    this.#trail.pop();
    return found;
  }

  #followLines(symbol: KconfigSymbol, step: Step): boolean {
    if (this.#someOf(symbol.reverseDependency, step, 'is selected depending on')) return true;
    if (this.#someOf(symbol.weakDependency, step, 'is implied depending on')) return true;
    for (const { dependency } of symbol.nodes) {
      if (this.#someOf(dependency, step, 'depends on')) return true;
    }
    for (const { condition } of symbol.prompts) {
      if (this.#someOf(condition, step, 'is asked for depending on')) return true;
    }
    for (const { condition, value } of symbol.defaults) {
      if (this.#someOf(condition, step, 'has a default depending on')) return true;
      if (!symbol.isChoice && this.#someOf(value, step, 'has as default')) return true;
    }
    for (const { condition } of symbol.ranges) {
      if (this.#someOf(condition, step, 'has a range depending on')) return true;
    }
    return false;
  }

  #someOf(expression: Expression | undefined, step: Step, how: string): boolean {
    if (expression === undefined) return false;
    step.how = how;
    return someSymbol(expression, (on) => this.visit(on) || this.#deepen(step.symbol, on));
  }

  /** @returns false: to go on */
  #deepen(symbol: KconfigSymbol, on: KconfigSymbol): false {
    const depth = (this.#depths[on.index] ?? 0) + 1;
    if (depth > MAX_DEPTH) throw tooDeep(symbol);
    if (depth > (this.#depths[symbol.index] ?? 0)) this.#depths[symbol.index] = depth;
    return false;
  }

  #tell(symbol: KconfigSymbol): void {
    const start = this.#trail.findLastIndex((step) => step.symbol === symbol);
    // A value of a choice that is under examination as a whole need not be on the trail itself.
    const steps = this.#trail.slice(Math.max(start, 0));
    const lines = steps.map(({ symbol: each, how }) => `\n  ${nameOf(each)} ${how}`);
    this.loops.push({
      position: symbol.nodes[0]?.position,
      message: `the value of ${nameOf(symbol)} depends on itself:${lines.join('')} ${nameOf(symbol)}`,
    });
  }
}

/** Values are worked out one inside the other: how far that can go is a matter of the stack. */
export function tooDeep(symbol?: KconfigSymbol): KconfigError {
  const chain = `a chain of more than ${MAX_DEPTH} symbols`;
  const message =
    symbol === undefined
      ? `the files are nested too deeply: menus, brackets, or ${chain}`
      : `the value of ${nameOf(symbol)} rests on ${chain}, which is too deep`;
  return new KconfigError([{ position: symbol?.nodes[0]?.position, message }]);
}

function nameOf({ name, nodes: [first] }: KconfigSymbol): string {
  const shown = name === '' ? '<choice>' : name;
  return first === undefined ? shown : `${shown} (${describePosition(first.position)})`;
}
