import { isInRange, isWithinBounds, problemWith } from './acceptance.js';
import { Calculator } from './calculator.js';
import type { Expression } from './expression.js';
import { isTruth, type Kconfig, type KconfigSymbol, type MenuNode, type SymbolType } from './model.js';
import { withHexPrefix } from './number.js';
import { inOriginalOrder } from './original-order.js';
import { forgetGiven, type SymbolState } from './symbol-state.js';
import { both, either, letterOf, MODULE, NO, type Tristate, tristateOf, YES } from './tristate.js';

/** What a user said about all symbols at one time. */
export type UserValues = ReadonlyMap<KconfigSymbol, Readonly<Given>>;

type Given = Pick<SymbolState, 'isGiven' | 'givenTruth' | 'givenText' | 'givenChoice'>;

/** Kconfig files together with what a user chose: gives every value, and takes changes. */
export class Configuration {
  readonly kconfig: Kconfig;
  readonly #calculator: Calculator;
  /** Whether values changed since a file was read that agreed with what came of it. */
  #isChanged = true;

  constructor(kconfig: Kconfig) {
    this.kconfig = kconfig;
    this.#calculator = new Calculator(kconfig);
    this.#calculator.invalidate();
  }

  /** The value as a .config has it, without quotes: `y`, `m`, `n`, or the text. */
  value(symbol: KconfigSymbol): string {
    return this.#calculator.textOf(symbol);
  }

  /** The value of a bool, tristate or choice; n for others. */
  tristate(symbol: KconfigSymbol): Tristate {
    return this.#calculator.state(symbol).truth;
  }

  /** The type that counts now: a tristate is a bool where modules are off. */
  typeOf(symbol: KconfigSymbol): SymbolType {
    this.#calculator.state(symbol);
    return this.#calculator.typeOf(symbol);
  }

  /** The value of an expression; of none: y. */
  evaluate(expression: Expression | undefined): Tristate {
    return this.#calculator.evaluate(expression);
  }

  /** The upper bound of what a user may choose: n when no prompt can be seen. */
  visibility(symbol: KconfigSymbol): Tristate {
    return this.#calculator.state(symbol).visibility;
  }

  /** The lower bound: what other symbols select. */
  selectedTo(symbol: KconfigSymbol): Tristate {
    return this.#calculator.state(symbol).reverse;
  }

  /** What other symbols imply. */
  impliedTo(symbol: KconfigSymbol): Tristate {
    return this.#calculator.state(symbol).weak;
  }

  /** Whether a menu shows an entry. */
  isVisible(entry: MenuNode): boolean {
    const { symbol, prompt } = entry;
    if (prompt === undefined || this.evaluate(entry.visibleIf) === NO) return false;
    if (symbol === undefined) return this.evaluate(prompt.condition) !== NO;
    const { truth } = this.#calculator.state(symbol);
    if (this.#calculator.promptVisibility(symbol, prompt) !== NO) return true;
    return truth !== NO && entry.children.some((child) => this.isVisible(child));
  }

  /** The values that a bool or tristate can be set to now, lowest first; none when it is fixed. */
  assignable(symbol: KconfigSymbol): readonly Tristate[] {
    return ([NO, MODULE, YES] as const).filter((value) => isWithinBounds(this.#calculator, symbol, value));
  }

  /** Whether a user has any say in the value now. */
  isChangeable(symbol: KconfigSymbol): boolean {
    const { visibility, reverse } = this.#calculator.state(symbol);
    return visibility > reverse;
  }

  /** Whether a .config holds the symbol. */
  isWritten(symbol: KconfigSymbol): boolean {
    return this.#calculator.state(symbol).isWritten;
  }

  /** Whether something selects the symbol although what it depends on does not hold. */
  isUnmet(symbol: KconfigSymbol): boolean {
    const { direct, reverse } = this.#calculator.state(symbol);
    return symbol.choice === undefined && direct < reverse;
  }

  /** Whether the user said anything; if not, the symbol is new. */
  hasUserValue(symbol: KconfigSymbol): boolean {
    this.#calculator.state(symbol);
    return this.#calculator.given(symbol).isGiven;
  }

  /** What the user said, whether it counts or not. Of a choice: the name of the value. */
  userValue(symbol: KconfigSymbol): string | undefined {
    const { isGiven, givenText, givenTruth, givenChoice } = this.#calculator.given(symbol);
    if (symbol.isChoice) return givenChoice?.name;
    if (!isGiven) return undefined;
    return isTruth(symbol) ? letterOf(givenTruth) : givenText;
  }

  /** The value that a choice takes; undefined when it takes none, or several as modules. */
  chosen(choice: KconfigSymbol): KconfigSymbol | undefined {
    return this.#calculator.state(choice).chosen;
  }

  /** The range that counts now for an int or hex, both ends included. */
  range(symbol: KconfigSymbol): { readonly low: bigint; readonly high: bigint } | undefined {
    return this.#calculator.rangeOf(symbol);
  }

  /** Why a text cannot be the value now; undefined when it can. Says what was expected. */
  problemWith(symbol: KconfigSymbol, text: string): string | undefined {
    return problemWith(this.#calculator, symbol, text);
  }

  /**
   * Sets a symbol as a user. Choosing a value of a choice takes the place of the one before.
   * @returns false, with nothing changed, when the text cannot be its value
   */
  set(symbol: KconfigSymbol, text: string): boolean {
    if (this.problemWith(symbol, text) !== undefined) return false;
    const state = this.#calculator.given(symbol);
    state.isGiven = true;
    if (isTruth(symbol)) {
      state.givenTruth = tristateOf(text) ?? NO;
      if (symbol.choice !== undefined && state.givenTruth === YES) this.#choose(symbol.choice, symbol);
    } else {
      state.givenText = symbol.type === 'hex' ? withHexPrefix(text) : text;
    }
    this.invalidate();
    return true;
  }

  /** Forgets what the user said about a symbol, so that its default counts. Of a value of a choice: about the whole choice. */
  unset(symbol: KconfigSymbol): void {
    const whole = symbol.choice ?? symbol;
    for (const each of [whole, ...whole.choiceValues]) forgetGiven(this.#calculator.given(each));
    this.invalidate();
  }

  /** Forgets everything that the user said. */
  reset(): void {
    for (const symbol of this.kconfig.symbols) forgetGiven(this.#calculator.given(symbol));
    this.invalidate();
  }

  /** Everything that the user said, to come back to. */
  save(): UserValues {
    const saved = new Map<KconfigSymbol, Given>();
    for (const symbol of this.kconfig.symbols) {
      const { isGiven, givenTruth, givenText, givenChoice } = this.#calculator.given(symbol);
      if (isGiven || givenChoice !== undefined)
        saved.set(symbol, { isGiven, givenTruth, givenText, givenChoice });
    }
    return saved;
  }

  /** Comes back to what was saved. */
  restore(saved: UserValues): void {
    for (const symbol of this.kconfig.symbols) {
      const state = this.#calculator.given(symbol);
      forgetGiven(state);
      Object.assign(state, saved.get(symbol));
    }
    this.invalidate();
  }

  /** What the value would be without the user, as the original tells defaults from what has to be kept in a small .config. */
  defaultText(symbol: KconfigSymbol): string {
    const { reverse, weak } = this.#calculator.state(symbol);
    const line = this.#calculator.defaultLineOf(symbol);
    if (!isTruth(symbol)) {
      return line?.value.kind === 'symbol' ? this.#calculator.state(line.value.symbol).text : '';
    }
    let truth = line === undefined ? NO : both(this.evaluate(line.value), line.condition);
    truth = either(truth, reverse);
    const noModules = this.kconfig.modules === undefined || this.tristate(this.kconfig.modules) === NO;
    if (truth === MODULE && ((symbol.choice === undefined && noModules) || symbol.type === 'bool'))
      truth = YES;
    return letterOf(either(truth, weak));
  }

  /** The value of a choice that its definition takes. */
  defaultOf(choice: KconfigSymbol): KconfigSymbol | undefined {
    this.#calculator.state(choice);
    return this.#calculator.defaultOf(choice);
  }

  /** Everything is worked out anew. */
  invalidate(): void {
    this.#isChanged = true;
    this.#calculator.invalidate();
  }

  /**
   * Values that come of a file that was just read: what cannot be seen is asked for again once it can, numbers out of range are
   * forgotten. What was worked out from such a number before stays until something changes, as in the original.
   * @param isClean whether the file itself had nothing strange
   */
  review(isClean: boolean): void {
    const symbols = inOriginalOrder(this.kconfig.symbols);
    // Each is asked, also after one that does not agree: working out a choice can make it new.
    let isSaved = symbols.filter((symbol) => !this.#agrees(symbol)).length === 0;
    for (const symbol of symbols) {
      const state = this.#calculator.given(symbol);
      if (!state.isGiven || symbol.choice !== undefined) continue;
      if (state.visibility === NO && isSaved) state.isGiven = false;
      const isText = symbol.type === 'int' || symbol.type === 'hex';
      if (!isText || isInRange(this.#calculator, symbol, state.givenText ?? '')) continue;
      state.isGiven = false;
      state.isValid = false;
      isSaved = false;
    }
    this.#isChanged = !isClean || !isSaved;
  }

  /** Before a file is written: values are worked out anew unless something changed, after which they are as they should be. */
  settle(): void {
    if (!this.#isChanged) this.invalidate();
  }

  /** For what reads files and makes presets: a symbol's state, to be written to. `invalidate` has to follow. */
  stateOf(symbol: KconfigSymbol): SymbolState {
    return this.#calculator.given(symbol);
  }

  /** For presets: takes what was said about the values of a choice as the user's choice. */
  settleChoiceValues(choice: KconfigSymbol): void {
    this.#calculator.state(choice);
    this.#calculator.settleChoiceValues(choice);
  }

  /** Whether the value is what the user said, or nothing was said and nothing is written. */
  #agrees(symbol: KconfigSymbol): boolean {
    const state = this.#calculator.state(symbol);
    if (symbol.isChoice || symbol.isDefconfigList) return true;
    if (state.isGiven !== state.isWritten) return false;
    if (!state.isGiven) return true;
    return isTruth(symbol) ? state.givenTruth === state.truth : state.givenText === state.text;
  }

  /** The other values that can be seen are no longer new. */
  #choose(choice: KconfigSymbol, value: KconfigSymbol): void {
    const state = this.#calculator.given(choice);
    state.givenChoice = value;
    state.givenTruth = YES;
    state.isGiven = true;
    for (const other of choice.choiceValues) {
      const each = this.#calculator.given(other);
      if (each.visibility !== NO) each.isGiven = true;
      if (other !== value) each.givenTruth = NO;
    }
  }
}
