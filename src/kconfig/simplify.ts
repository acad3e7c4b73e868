import { type Expression, isLetterExpression, type Letters, operand, operandsOf } from './expression.js';
import { join } from './join.js';

type Chain = 'and' | 'or';

/** Takes out of every chain of `&&` or `||` what says nothing new. The value stays what it was. */
export function withoutDuplicates(expression: Expression, letters: Letters): Expression {
  if (expression.kind !== 'and' && expression.kind !== 'or') return expression;
  const { kind } = expression;
  const kept: Expression[] = [];
  for (const each of operandsOf(expression, kind)) add(kept, withoutDuplicates(each, letters), kind, letters);
  return combine(kept, kind, letters);
}

/** Adds an operand, joined with one that is there already where the two say something simpler together. */
function add(kept: Expression[], added: Expression, kind: Chain, letters: Letters): void {
  for (const [index, other] of kept.entries()) {
    const joined = join(kind, other, added, letters);
    if (joined === undefined) continue;
    kept.splice(index, 1);
    add(kept, joined, kind, letters);
    return;
  }
  kept.push(added);
}

/** A chain of operands, of which those that decide everything or nothing (`y`, `n`) are worked out. */
export function combine(operands: readonly Expression[], kind: Chain, { yes, no }: Letters): Expression {
  const [neutral, decisive] = kind === 'and' ? (['y', 'n'] as const) : (['n', 'y'] as const);
  const decided = operands.find((each) => isLetterExpression(each, decisive));
  if (decided !== undefined) return decided;
  const [first, ...rest] = operands.filter((each) => !isLetterExpression(each, neutral));
  if (first === undefined) return operand(kind === 'and' ? yes : no);
  return rest.reduce<Expression>((left, right) => ({ kind, left, right }), first);
}
