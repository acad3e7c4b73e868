import { type ComparedSymbol, compareSymbols } from './compare.js';
import type { Expression } from './expression.js';
import {
  isTruth,
  type Kconfig,
  type KconfigSymbol,
  type Prompt,
  type Range,
  type SymbolType,
} from './model.js';
import { parseNumber } from './number.js';
import { emptyState, type SymbolState } from './symbol-state.js';
import { both, either, letterOf, MODULE, NO, negated, type Tristate, YES } from './tristate.js';

/**
 * Works out values from what the user said: each when it is asked for, once, until `invalidate`. Follows scripts/kconfig/symbol.c of
 * Linux 6.1, also where one could wish otherwise: the same .config has to come out.
 */
export class Calculator {
  readonly #kconfig: Kconfig;
  readonly #states: SymbolState[];
  /** The value of the symbol that turns modules on. */
  #modules: Tristate = NO;

  constructor(kconfig: Kconfig) {
    this.#kconfig = kconfig;
    this.#states = kconfig.symbols.map(emptyState);
  }

  /** What the user said; the worked-out part may be out of date. */
  given(symbol: KconfigSymbol): SymbolState {
    return this.#states[symbol.index] as SymbolState;
  }

  /** Everything has to be worked out anew. */
  invalidate(): void {
    for (const state of this.#states) state.isValid = false;
    if (this.#kconfig.modules !== undefined) this.state(this.#kconfig.modules);
  }

  /** The type that counts: a tristate is a bool where modules are off, and while its choice takes one value. */
  typeOf(symbol: KconfigSymbol): SymbolType {
    if (symbol.type !== 'tristate') return symbol.type;
    const asBool =
      this.#modules === NO || (symbol.choice !== undefined && this.given(symbol).visibility === YES);
    return asBool ? 'bool' : 'tristate';
  }

  /** The value of an expression; of none: y. */
  evaluate(expression: Expression | undefined): Tristate {
    switch (expression?.kind) {
      case undefined:
        return YES;
      case 'symbol':
        return this.state(expression.symbol).truth;
      case 'not':
        return negated(this.evaluate(expression.operand));
      case 'and':
        return both(this.evaluate(expression.left), this.evaluate(expression.right));
      case 'or':
        return either(this.evaluate(expression.left), this.evaluate(expression.right));
      case 'comparison': {
        const { relation, left, right } = expression;
        return compareSymbols(relation, this.#compared(left), this.#compared(right)) ? YES : NO;
      }
    }
  }

  /** The value as a .config has it, without quotes. */
  textOf(symbol: KconfigSymbol): string {
    const { truth, text } = this.state(symbol);
    if (symbol.type !== 'bool' && symbol.type !== 'tristate') return text;
    return truth === MODULE && this.#modules === NO ? 'n' : letterOf(truth);
  }

  /** How far a prompt can be seen. */
  promptVisibility(symbol: KconfigSymbol, { condition }: Prompt): Tristate {
    const visibility = this.evaluate(condition);
    const { choice, type } = symbol;
    // What can only be a module cannot be had while its choice takes one value that is built in.
    if (visibility !== MODULE || choice === undefined || type !== 'tristate') return visibility;
    return this.given(choice).truth === YES ? NO : MODULE;
  }

  /** The range that counts now. */
  rangeOf(symbol: KconfigSymbol): { readonly low: bigint; readonly high: bigint } | undefined {
    const range = this.#rangeLineOf(symbol);
    if (range === undefined) return undefined;
    return { low: this.#bound(symbol, range, 'low'), high: this.#bound(symbol, range, 'high') };
  }

  #rangeLineOf(symbol: KconfigSymbol): Range | undefined {
    if (symbol.type !== 'int' && symbol.type !== 'hex') return undefined;
    return symbol.ranges.find(({ condition }) => this.evaluate(condition) !== NO);
  }

  /** The value of a choice that its definition takes: the first default that can be seen, else the first value that can. */
  defaultOf(choice: KconfigSymbol): KconfigSymbol | undefined {
    for (const { condition, value } of choice.defaults) {
      if (value.kind !== 'symbol' || this.evaluate(condition) === NO) continue;
      if (this.given(value.symbol).visibility !== NO) return value.symbol;
    }
    return choice.choiceValues.find((value) => this.given(value).visibility !== NO);
  }

  /** The first default whose condition holds. */
  defaultLineOf(
    symbol: KconfigSymbol,
  ): { readonly value: Expression; readonly condition: Tristate } | undefined {
    for (const { value, condition } of symbol.defaults) {
      const holds = this.evaluate(condition);
      if (holds !== NO) return { value, condition: holds };
    }
    return undefined;
  }

  /** Takes what was said about the values of a choice as the user's choice. */
  settleChoiceValues(choice: KconfigSymbol): void {
    for (const value of choice.choiceValues) {
      const state = this.given(value);
      if (!state.isGiven) state.givenTruth = NO;
    }
    const state = this.given(choice);
    state.isGiven = true;
    state.isValid = false;
    state.needsChoiceValues = false;
  }

  /** A symbol's state, worked out. */
  state(symbol: KconfigSymbol): SymbolState {
    const state = this.given(symbol);
    if (state.isValid) return state;
    if (symbol.choice !== undefined && state.needsChoiceValues) {
      state.needsChoiceValues = false;
      this.state(symbol.choice);
    }
    state.isValid = true;
    if (symbol.type === 'unknown') {
      state.text = symbol.name;
      state.truth = this.#constantTruth(symbol);
      return state;
    }
    state.isWritten = false;
    this.#findVisibility(symbol, state);
    if (state.visibility !== NO) state.isWritten = true;
    // What asks for this value while it is being worked out sees none.
    state.truth = NO;
    // As the default of a string, or the end of a range, any bool is "n".
    state.text = isTruth(symbol) ? 'n' : '';
    state.chosen = undefined;
    if (symbol.type === 'bool' || symbol.type === 'tristate') this.#findTruth(symbol, state);
    else this.#findText(symbol, state);
    if (symbol === this.#kconfig.modules) this.#modules = state.truth;
    if (symbol.isChoice || symbol.environmentVariable !== undefined || symbol.isDefconfigList)
      state.isWritten = false;
    if (symbol.isChoice && state.needsChoiceValues) this.settleChoiceValues(symbol);
    return state;
  }

  #constantTruth(symbol: KconfigSymbol): Tristate {
    const { yes, module } = this.#kconfig.letters;
    if (symbol === yes) return YES;
    return symbol === module ? MODULE : NO;
  }

  #findVisibility(symbol: KconfigSymbol, state: SymbolState): void {
    let visibility: Tristate = NO;
    for (const prompt of symbol.prompts)
      visibility = either(visibility, this.promptVisibility(symbol, prompt));
    const onlyWhole = symbol.type !== 'tristate' || this.#modules === NO;
    state.visibility = visibility === MODULE && onlyWhole ? YES : visibility;
    // Nothing selects or implies a value of a choice.
    if (symbol.choice !== undefined) return;
    const bounded = (value: Tristate): Tristate =>
      value === MODULE && this.typeOf(symbol) === 'bool' ? YES : value;
    state.direct = bounded(this.evaluate(symbol.directDependency));
    state.reverse =
      symbol.reverseDependency === undefined ? NO : bounded(this.evaluate(symbol.reverseDependency));
    state.weak = symbol.weakDependency === undefined ? NO : bounded(this.evaluate(symbol.weakDependency));
  }

  #findTruth(symbol: KconfigSymbol, state: SymbolState): void {
    const { choice } = symbol;
    let truth: Tristate;
    if (choice !== undefined && state.visibility === YES) {
      truth = this.given(choice).chosen === symbol ? YES : NO;
    } else {
      truth = either(this.#wantedTruth(symbol, state), state.reverse);
    }
    state.truth = truth === MODULE && this.typeOf(symbol) === 'bool' ? YES : truth;
    if (!symbol.isChoice || state.truth !== YES) return;
    state.chosen = this.#choose(symbol, state);
    if (state.chosen === undefined) state.truth = NO;
  }

  /** What a bool or tristate would be if nothing selected it. */
  #wantedTruth(symbol: KconfigSymbol, state: SymbolState): Tristate {
    if (state.visibility !== NO && state.isGiven && symbol.environmentVariable === undefined) {
      return both(state.givenTruth, state.visibility);
    }
    if (state.reverse !== NO) state.isWritten = true;
    if (symbol.isChoice) return NO;
    let truth: Tristate = NO;
    const line = this.defaultLineOf(symbol);
    if (line !== undefined) {
      truth = both(this.evaluate(line.value), line.condition);
      if (truth !== NO) state.isWritten = true;
    }
    if (state.weak === NO) return truth;
    state.isWritten = true;
    return both(either(truth, state.weak), state.direct);
  }

  #findText(symbol: KconfigSymbol, state: SymbolState): void {
    if (state.visibility !== NO && state.isGiven && symbol.environmentVariable === undefined) {
      state.text = state.givenText ?? '';
    } else {
      const line = this.defaultLineOf(symbol);
      if (line?.value.kind === 'symbol') {
        state.isWritten = true;
        state.text = this.state(line.value.symbol).text;
      }
    }
    const range = this.#rangeLineOf(symbol);
    if (range === undefined) return;
    const value = parseNumber(state.text, symbol.type === 'hex' ? 16 : 10).value;
    const isLow = value < this.#bound(symbol, range, 'low');
    if (!isLow && value <= this.#bound(symbol, range, 'high')) return;
    // As it is written there.
    state.text = this.state(isLow ? range.low : range.high).text;
  }

  /** The value that a choice takes; undefined when none can be seen. */
  #choose(choice: KconfigSymbol, state: SymbolState): KconfigSymbol | undefined {
    for (const value of choice.choiceValues) {
      const each = this.given(value);
      this.#findVisibility(value, each);
      // A value that is new makes the choice new.
      if (each.visibility !== NO && !each.isGiven) state.isGiven = false;
    }
    const { givenChoice } = state;
    if (givenChoice !== undefined && this.given(givenChoice).visibility !== NO) return givenChoice;
    return this.defaultOf(choice);
  }

  #bound(symbol: KconfigSymbol, range: Range, side: 'low' | 'high'): bigint {
    const bound = range[side];
    const type = bound.type === 'int' || bound.type === 'hex' ? bound.type : symbol.type;
    return parseNumber(this.state(bound).text, type === 'hex' ? 16 : 10).value;
  }

  #compared(symbol: KconfigSymbol): ComparedSymbol {
    const { yes, module, no } = this.#kconfig.letters;
    const isLetter = symbol === yes || symbol === module || symbol === no;
    return { type: isLetter ? 'tristate' : symbol.type, text: this.textOf(symbol) };
  }
}
