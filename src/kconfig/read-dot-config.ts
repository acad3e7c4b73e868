import type { Configuration } from './configuration.js';
import { DEFAULT_PREFIX } from './dot-config.js';
import type { KconfigSymbol } from './model.js';
import { isNumber } from './number.js';
import { forgetGiven } from './symbol-state.js';
import { either, MODULE, NO, tristateOf, YES } from './tristate.js';

/** A line of a .config that is strange. It never keeps the rest from being read. */
export interface DotConfigProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

/** How a .config is read. */
export interface DotConfigReading {
  /** `CONFIG_` when absent. */
  readonly prefix?: string;
  /** Adds to what the user said before, as for a fragment or a preset; otherwise that is forgotten first. */
  readonly keep?: boolean;
  /**
   * Reads what a preset starts from (KCONFIG_ALLCONFIG): what the user said before is forgotten, and values that cannot count yet are
   * kept for when they can.
   */
  readonly seed?: boolean;
}

/**
 * Takes the values of a .config as what the user says. Values that cannot count now (an option that is not to be seen, a number out
 * of range) do not; numbers out of range are forgotten.
 * @returns the lines that were strange, in their order
 */
export function readDotConfig(
  configuration: Configuration,
  text: string,
  reading: DotConfigReading = {},
): readonly DotConfigProblem[] {
  const reader = new DotConfigReader(configuration, reading.prefix ?? DEFAULT_PREFIX);
  reader.begin(reading.keep === true);
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1;
    if (isLast && line === '') break;
    reader.read(index + 1, isLast ? line : line.replace(/\r$/, ''));
  }
  configuration.invalidate();
  if (reading.keep !== true && reading.seed !== true) configuration.review(reader.isClean);
  return reader.problems;
}

class DotConfigReader {
  readonly problems: DotConfigProblem[] = [];
  /** Whether every line was understood and names a known symbol. */
  isClean = true;
  #line = 0;
  readonly #configuration: Configuration;
  readonly #prefix: string;
  readonly #off: RegExp;

  constructor(configuration: Configuration, prefix: string) {
    this.#configuration = configuration;
    this.#prefix = prefix;
    this.#off = /^([^ ]*) is not set/;
  }

  /** A choice counts as said from the start: its values tell what. */
  begin(keep: boolean): void {
    for (const symbol of this.#configuration.kconfig.symbols) {
      const state = this.#configuration.stateOf(symbol);
      if (!keep) forgetGiven(state);
      if (symbol.isChoice) state.isGiven = true;
    }
  }

  read(line: number, text: string): void {
    this.#line = line;
    if (text.startsWith('#')) {
      const off = text.slice(2).startsWith(this.#prefix)
        ? this.#off.exec(text.slice(2 + this.#prefix.length))
        : null;
      if (off !== null) this.#turnOff(off[1] ?? '');
    } else if (text.startsWith(this.#prefix)) {
      const equals = text.indexOf('=', this.#prefix.length);
      if (equals < 0) this.#note('there is no "=" in this line');
      else this.#assign(text.slice(this.#prefix.length, equals), text.slice(equals + 1));
    } else if (text !== '' && text !== '\r') this.#warn(`this line makes no sense: ${text}`);
  }

  #turnOff(name: string): void {
    const symbol = this.#find(name);
    if (symbol === undefined) return;
    this.#noteAgain(symbol);
    if (symbol.type !== 'bool' && symbol.type !== 'tristate') return;
    const state = this.#configuration.stateOf(symbol);
    state.givenTruth = NO;
    state.isGiven = true;
  }

  #assign(name: string, value: string): void {
    const symbol = this.#find(name);
    if (symbol === undefined) return;
    this.#noteAgain(symbol);
    const isTaken =
      symbol.type === 'bool' || symbol.type === 'tristate'
        ? this.#assignTruth(symbol, value)
        : this.#assignText(symbol, value);
    if (isTaken && symbol.choice !== undefined) this.#addToChoice(symbol, symbol.choice);
  }

  /** As in the original, the first letter counts. */
  #assignTruth(symbol: KconfigSymbol, value: string): boolean {
    const truth = tristateOf(value.slice(0, 1));
    if (truth === undefined || (truth === MODULE && symbol.type === 'bool')) {
      this.#warn(
        `${symbol.name} cannot be "${value}": expected y${symbol.type === 'bool' ? '' : ', m'} or n`,
      );
      return false;
    }
    const state = this.#configuration.stateOf(symbol);
    state.givenTruth = truth;
    state.isGiven = true;
    return true;
  }

  #assignText(symbol: KconfigSymbol, value: string): boolean {
    let text = value;
    if (symbol.type === 'string') {
      if (!value.startsWith('"')) {
        this.#note(`${symbol.name} needs its value in quotes, found ${value}`);
        return true;
      }
      const unquoted = unquote(value);
      if (unquoted === undefined) {
        this.#warn(`the value of ${symbol.name} has no closing quote`);
        return false;
      }
      text = unquoted;
    } else if (symbol.type === 'unknown') return true;
    else if (!isNumber(value, symbol.type === 'int' ? 'int' : 'hex')) {
      const expected = symbol.type === 'int' ? 'a whole number' : 'a hexadecimal number';
      this.#warn(`${symbol.name} cannot be "${value}": expected ${expected}`);
      return false;
    }
    const state = this.#configuration.stateOf(symbol);
    state.givenText = text;
    state.isGiven = true;
    return true;
  }

  #addToChoice(value: KconfigSymbol, choice: KconfigSymbol): void {
    const { givenTruth } = this.#configuration.stateOf(value);
    const state = this.#configuration.stateOf(choice);
    if (givenTruth === MODULE && state.givenTruth === YES) {
      this.#warn(`${value.name} is m although another value of its choice is y`);
      state.isGiven = false;
    } else if (givenTruth === YES) {
      if (state.givenTruth !== NO) this.#warn(`${value.name} takes the place of another value of its choice`);
      state.givenChoice = value;
    }
    state.givenTruth = either(state.givenTruth, givenTruth);
  }

  #find(name: string): KconfigSymbol | undefined {
    const symbol = this.#configuration.kconfig.find(name);
    if (symbol === undefined || symbol.nodes.length === 0) {
      this.#note(`there is no symbol ${name}: the line is left out`);
    }
    if (symbol === undefined) this.isClean = false;
    return symbol;
  }

  #noteAgain(symbol: KconfigSymbol): void {
    if (this.#configuration.stateOf(symbol).isGiven)
      this.#warn(`${symbol.name} is given a second time; this one counts`);
  }

  #warn(message: string): void {
    this.isClean = false;
    this.#note(message);
  }

  /** Says what the original is silent about. */
  #note(message: string): void {
    this.problems.push({ line: this.#line, message });
  }
}

/** The text between the quotes; what follows the closing one has no meaning. Undefined when there is none. */
function unquote(quoted: string): string | undefined {
  let text = '';
  for (let at = 1; at < quoted.length; at += 1) {
    const character = quoted[at];
    if (character === '"') return text;
    if (character === '\\') at += 1;
    text += quoted[at] ?? '';
  }
  return undefined;
}
