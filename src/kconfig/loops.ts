import { describePosition } from './errors.js';
import { type Expression, symbolsOf } from './expression.js';
import type { KconfigSymbol, KconfigWarning } from './model.js';

/** One way in which a symbol's value rests on that of another. */
interface Dependence {
  readonly on: KconfigSymbol;
  readonly how: string;
}

/**
 * Finds symbols whose value rests on itself, each loop told whole. The values of a choice are looked at together with it.
 * As in the original, loops that hold only through the choice itself are none.
 */
export function findLoops(symbols: readonly KconfigSymbol[]): readonly KconfigWarning[] {
  const finder = new LoopFinder();
  for (const symbol of symbols) finder.visit(symbol);
  return finder.loops;
}

class LoopFinder {
  readonly loops: KconfigWarning[] = [];
  readonly #visited = new Set<KconfigSymbol>();
  /** The symbols under examination: meeting one of them again closes a loop. */
  readonly #open = new Set<KconfigSymbol>();
  readonly #trail: { readonly symbol: KconfigSymbol; how: string }[] = [];

  /** @returns whether a loop was found, after which this branch is left */
  visit(symbol: KconfigSymbol): boolean {
    if (this.#open.has(symbol)) {
      this.#tell(symbol);
      return true;
    }
    if (this.#visited.has(symbol)) return false;
    if (symbol.choice !== undefined) return this.visit(symbol.choice);
    return symbol.isChoice ? this.#visitChoice(symbol) : this.#enter([symbol], () => this.#follow(symbol));
  }

  #visitChoice(choice: KconfigSymbol): boolean {
    const values = choice.choiceValues;
    return this.#enter(values, () => {
      if (this.#enter([choice], () => this.#follow(choice))) return true;
      return values.some((value) => this.#follow(value));
    });
  }

  #enter(symbols: readonly KconfigSymbol[], examine: () => boolean): boolean {
    for (const symbol of symbols) {
      this.#visited.add(symbol);
      this.#open.add(symbol);
    }
    const found = examine();
    for (const symbol of symbols) this.#open.delete(symbol);
    return found;
  }

  #follow(symbol: KconfigSymbol): boolean {
    const step = { symbol, how: '' };
    this.#trail.push(step);
    let found = false;
    for (const { on, how } of dependencesOf(symbol)) {
      step.how = how;
      found = this.visit(on);
      if (found) break;
    }
    this.#trail.pop();
    return found;
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

function* dependencesOf(symbol: KconfigSymbol): Generator<Dependence> {
  yield* each(symbol.reverseDependency, 'is selected depending on');
  yield* each(symbol.weakDependency, 'is implied depending on');
  for (const { dependency } of symbol.nodes) yield* each(dependency, 'depends on');
  for (const { condition } of symbol.prompts) yield* each(condition, 'is asked for depending on');
  for (const { condition, value } of symbol.defaults) {
    yield* each(condition, 'has a default depending on');
    if (!symbol.isChoice) yield* each(value, 'has as default');
  }
  for (const { condition } of symbol.ranges) yield* each(condition, 'has a range depending on');
}

function* each(expression: Expression | undefined, how: string): Generator<Dependence> {
  for (const on of symbolsOf(expression)) yield { on, how };
}

function nameOf({ name, nodes: [first] }: KconfigSymbol): string {
  const shown = name === '' ? '<choice>' : name;
  return first === undefined ? shown : `${shown} (${describePosition(first.position)})`;
}
