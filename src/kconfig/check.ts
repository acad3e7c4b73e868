import { isTruth, type KconfigSymbol, type KconfigWarning, type Position } from './model.js';
import { isNumber } from './number.js';

/** What is strange in definitions, without being a reason to refuse the files. */
export function checkSymbols(symbols: readonly KconfigSymbol[]): readonly KconfigWarning[] {
  const warnings: KconfigWarning[] = [];
  for (const symbol of symbols) if (symbol.nodes.length > 0) checkSymbol(symbol, warnings);
  return warnings;
}

/** Most symbols have few of these lines, and there are many symbols: only what there is is looked at. */
function checkSymbol(symbol: KconfigSymbol, warnings: KconfigWarning[]): void {
  const position = symbol.nodes[0]?.position;
  const name = symbol.name === '' ? '<choice>' : symbol.name;
  if (symbol.type === 'unknown') warnings.push({ position, message: `'${name}' is defined without a type` });
  if (symbol.isChoice && symbol.prompts.length === 0)
    warnings.push({ position, message: 'a choice needs a prompt' });
  if (symbol.choice !== undefined) warnings.push(...checkChoiceValue(symbol));
  if (symbol.defaults.length > 0) warnings.push(...checkDefaults(symbol));
  if (symbol.selections.length > 0) warnings.push(...checkSelections(symbol));
  if (symbol.ranges.length > 0) warnings.push(...checkRanges(symbol));
}

function* checkChoiceValue({
  name,
  nodes,
  prompts,
  defaults,
  choice,
}: KconfigSymbol): Generator<KconfigWarning> {
  const entry = nodes.find(({ parent }) => parent?.symbol === choice);
  if (entry?.prompt === undefined) {
    yield { position: entry?.position, message: `'${name}' is a value of a choice and needs a prompt` };
  }
  for (const { position } of defaults)
    yield { position, message: 'the default of a value of a choice has no effect' };
  for (const { position, node } of prompts) {
    if (node !== entry && node.parent?.symbol !== choice) {
      yield { position, message: `'${name}' is a value of a choice and is asked for outside of it` };
    }
  }
}

function* checkDefaults(symbol: KconfigSymbol): Generator<KconfigWarning> {
  const isText = symbol.type === 'string' || symbol.type === 'int' || symbol.type === 'hex';
  for (const { value, position } of symbol.defaults) {
    if (value.kind !== 'symbol') {
      if (isText)
        yield { position, message: `the default of '${symbol.name}' must be a single symbol or text` };
      continue;
    }
    if ((symbol.type === 'int' || symbol.type === 'hex') && !canBeNumber(symbol, value.symbol)) {
      yield { position, message: `'${value.symbol.name}' is no number that '${symbol.name}' could have` };
    }
    if (symbol.isChoice && value.symbol.choice !== symbol) {
      yield { position, message: `the default '${value.symbol.name}' is not among the values of the choice` };
    }
  }
}

function* checkSelections(symbol: KconfigSymbol): Generator<KconfigWarning> {
  const { name, selections } = symbol;
  for (const { target, weak, position } of selections) {
    const verb = weak ? 'imply' : 'select';
    if (!isTruth(symbol))
      yield { position, message: `'${name}' cannot ${verb}: it is neither bool nor tristate` };
    else if (target.type !== 'unknown' && !isTruth(target)) {
      yield {
        position,
        message: `'${name}' cannot ${verb} '${target.name}', which is neither bool nor tristate`,
      };
    }
  }
}

function* checkRanges(symbol: KconfigSymbol): Generator<KconfigWarning> {
  for (const { low, high, position } of symbol.ranges) {
    yield* checkRange(symbol, low, high, position);
  }
}

function* checkRange(
  symbol: KconfigSymbol,
  low: KconfigSymbol,
  high: KconfigSymbol,
  position: Position,
): Generator<KconfigWarning> {
  if (symbol.type !== 'int' && symbol.type !== 'hex') {
    yield { position, message: 'only an int or a hex can have a range' };
  } else if (!canBeNumber(symbol, low) || !canBeNumber(symbol, high)) {
    yield { position, message: `the range ${low.name} ${high.name} is not one of numbers` };
  }
}

function canBeNumber(symbol: KconfigSymbol, value: KconfigSymbol): boolean {
  if (value.type === 'int' || value.type === 'hex') return true;
  return value.type === 'unknown' && isNumber(value.name, symbol.type === 'hex' ? 'hex' : 'int');
}
