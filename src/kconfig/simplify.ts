import { type Expression, isLetterExpression, type Letters, operand, operandsOf } from './expression.js';
import { join } from './join.js';

type Chain = 'and' | 'or';

/**
 * Takes out of every chain of `&&` or `||` what says nothing new. The value stays what it was. As in the original, `y` and `n` are
 * worked out only where something was taken out: which symbols an expression holds decides about loops.
 */
export function withoutDuplicates(expression: Expression, letters: Letters): Expression {
  const joined = joinChains(expression, letters);
  return joined === undefined ? expression : withoutDuplicates(withoutLetters(joined, letters), letters);
}

/** @returns undefined when there is nothing to join */
function joinChains(expression: Expression, letters: Letters): Expression | undefined {
  if (expression.kind !== 'and' && expression.kind !== 'or') return undefined;
  const { kind, left, right } = expression;
  if (!isChain(left) && !isChain(right)) return join(kind, left, right, letters);
  const operands = operandsOf(expression, kind);
  const kept: Expression[] = [];
  for (const each of operands) add(kept, joinChains(each, letters) ?? each, kind, letters);
  const isSame = kept.length === operands.length && kept.every((each, index) => each === operands[index]);
  return isSame ? undefined : chain(kept, kind);
}

function isChain({ kind }: Expression): boolean {
  return kind === 'and' || kind === 'or';
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

function chain(operands: readonly Expression[], kind: Chain): Expression {
  return operands.reduce((left, right) => ({ kind, left, right }));
}

/** Works out `y` and `n` in chains. */
export function withoutLetters(expression: Expression, letters: Letters): Expression {
  if (expression.kind !== 'and' && expression.kind !== 'or') return expression;
  const { kind } = expression;
  return combine(
    operandsOf(expression, kind).map((each) => withoutLetters(each, letters)),
    kind,
    letters,
  );
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
