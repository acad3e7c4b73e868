import type { Expression } from './expression.js';
import type { KconfigSymbol } from './model.js';

const STRENGTH: Readonly<Record<Expression['kind'], number>> = {
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  symbol: 5,
};

/**
 * An expression as it is written in a Kconfig file, with no more brackets than needed.
 * @param annotate what is said behind a symbol, such as its value
 */
export function formatExpression(
  expression: Expression,
  annotate: (symbol: KconfigSymbol) => string | undefined = () => undefined,
): string {
  const format = (each: Expression, around: number): string => {
    const text = unbracketed(each);
    return STRENGTH[each.kind] < around ? `(${text})` : text;
  };
  const unbracketed = (each: Expression): string => {
    switch (each.kind) {
      case 'symbol':
        return formatSymbol(each.symbol, annotate);
      case 'not':
        return `!${format(each.operand, STRENGTH.comparison + 1)}`;
      case 'comparison':
        return `${formatSymbol(each.left, annotate)}${each.relation}${formatSymbol(each.right, annotate)}`;
      case 'and':
      case 'or': {
        const sign = each.kind === 'and' ? '&&' : '||';
        return `${format(each.left, STRENGTH[each.kind])} ${sign} ${format(each.right, STRENGTH[each.kind])}`;
      }
    }
  };
  return format(expression, 0);
}

function formatSymbol(
  symbol: KconfigSymbol,
  annotate: (symbol: KconfigSymbol) => string | undefined,
): string {
  if (symbol.isConstant) return /^[ymn]$/.test(symbol.name) ? symbol.name : JSON.stringify(symbol.name);
  const note = annotate(symbol);
  const name = symbol.name === '' ? '<choice>' : symbol.name;
  return note === undefined ? name : `${name} ${note}`;
}
