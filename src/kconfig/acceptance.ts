import type { Calculator } from './calculator.js';
import { isTruth, type KconfigSymbol } from './model.js';
import { formatNumber, isNumber, parseNumber } from './number.js';
import { letterOf, MODULE, NO, type Tristate, tristateOf, YES } from './tristate.js';

/** Whether a user can set a bool or tristate to a value now. */
export function isWithinBounds(calculator: Calculator, symbol: KconfigSymbol, value: Tristate): boolean {
  const { visibility, reverse } = calculator.state(symbol);
  const type = calculator.typeOf(symbol);
  if (type !== 'bool' && type !== 'tristate') return false;
  if (visibility <= reverse || (type === 'bool' && value === MODULE)) return false;
  if (symbol.choice !== undefined && visibility === YES) return value === YES;
  return value >= reverse && value <= visibility;
}

/** Whether a number keeps to the range that counts now; it does when there is none. */
export function isInRange(calculator: Calculator, symbol: KconfigSymbol, text: string): boolean {
  const range = calculator.rangeOf(symbol);
  if (range === undefined) return true;
  const value = parseNumber(text, symbol.type === 'int' ? 10 : 16).value;
  return value >= range.low && value <= range.high;
}

/** Why a text cannot be the value of a symbol now; undefined when it can. Says what was expected. */
export function problemWith(calculator: Calculator, symbol: KconfigSymbol, text: string): string | undefined {
  if (isTruth(symbol)) return problemWithTruth(calculator, symbol, text);
  if (symbol.type === 'string') return undefined;
  if (symbol.type !== 'int' && symbol.type !== 'hex') return 'the symbol has no type';
  if (!isNumber(text, symbol.type)) {
    return `expected ${symbol.type === 'int' ? 'a whole number' : 'a hexadecimal number'}, found "${text}"`;
  }
  const range = calculator.rangeOf(symbol);
  if (range === undefined || isInRange(calculator, symbol, text)) return undefined;
  return `expected ${formatNumber(range.low, symbol.type)} to ${formatNumber(range.high, symbol.type)}, found ${text}`;
}

function problemWithTruth(calculator: Calculator, symbol: KconfigSymbol, text: string): string | undefined {
  const truth = tristateOf(text);
  const current = calculator.state(symbol).truth;
  if (truth === undefined) {
    const letters = calculator.typeOf(symbol) === 'tristate' ? 'y, m or n' : 'y or n';
    return `expected ${letters}, found "${text}"`;
  }
  if (current === truth || isWithinBounds(calculator, symbol, truth)) return undefined;
  const can = ([NO, MODULE, YES] as const)
    .filter((value) => isWithinBounds(calculator, symbol, value))
    .map(letterOf);
  if (can.length === 0) return `the value is fixed now: "${text}" has no effect`;
  return `expected ${can.join(' or ')}, found "${text}"`;
}
