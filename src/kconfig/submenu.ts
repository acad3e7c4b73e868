import { withoutCommon } from './equal.js';
import {
  type Expression,
  isLetter,
  isLetterExpression,
  type Letters,
  operand,
  someSymbol,
} from './expression.js';
import type { KconfigSymbol } from './model.js';
import { comparedWithNo, normalize } from './rewrite.js';
import { combine, withoutDuplicates, withoutLetters } from './simplify.js';

/**
 * Whether an entry with this dependency belongs below the entry of a symbol that comes right before it: it cannot be seen without
 * the symbol, or its dependency holds the symbol and everything that the symbol itself depends on.
 * @param base the condition of the symbol's own prompt
 */
export function belongsBelow(
  dependency: Expression | undefined,
  symbol: KconfigSymbol,
  base: Expression | undefined,
  letters: Letters,
): boolean {
  if (dependency === undefined || !someSymbol(dependency, (each) => each === symbol)) return false;
  if (needs(dependency, symbol)) return true;
  return holds(inComparableForm(dependency, letters), inComparableForm(base, letters), letters);
}

/** A dependency in the form in which two of them are compared. */
function inComparableForm(expression: Expression | undefined, letters: Letters): Expression {
  if (expression === undefined) return operand(letters.yes);
  return withoutDuplicates(normalize(comparedWithNo(expression, letters.no), letters), letters);
}

/** Whether an expression is n whenever the symbol is. */
function needs(expression: Expression, symbol: KconfigSymbol): boolean {
  switch (expression.kind) {
    case 'and':
      return needs(expression.left, symbol) || needs(expression.right, symbol);
    case 'symbol':
      return expression.symbol === symbol;
    case 'comparison': {
      const { left, right, relation } = expression;
      if (left !== symbol) return false;
      return relation === '='
        ? isLetter(right, 'y') || isLetter(right, 'm')
        : relation === '!=' && isLetter(right, 'n');
    }
    default:
      return false;
  }
}

/** Whether nothing is left of `base` when what it shares with `expression` is taken out of both. */
function holds(expression: Expression, base: Expression, letters: Letters): boolean {
  let [one, other] = [expression, base];
  for (const kind of new Set([one.kind, other.kind])) {
    if (kind !== 'and' && kind !== 'or') continue;
    const [restOfOne, restOfOther] = withoutCommon(one, other, kind);
    one = withoutLetters(combine(restOfOne, kind, letters), letters);
    other = withoutLetters(combine(restOfOther, kind, letters), letters);
  }
  return isLetterExpression(other, 'y');
}
