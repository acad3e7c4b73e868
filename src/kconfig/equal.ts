import { type Expression, isLetterExpression, operandsOf } from './expression.js';

type Chain = 'and' | 'or';

/** Whether two expressions are the same; the order of the operands of a chain does not matter. */
export function areEqual(a: Expression, b: Expression): boolean {
  switch (a.kind) {
    case 'symbol':
      return b.kind === 'symbol' && a.symbol === b.symbol;
    case 'not':
      return b.kind === 'not' && areEqual(a.operand, b.operand);
    case 'comparison':
      return b.kind === 'comparison' && a.relation === b.relation && a.left === b.left && a.right === b.right;
    case 'and':
    case 'or': {
      if (b.kind !== a.kind) return false;
      const [restOfA, restOfB] = withoutCommon(a, b, a.kind);
      return restOfA.length === 0 && restOfB.length === 0;
    }
  }
}

/**
 * The operands that two chains do not share, each taken once against one of the other side. Those that say nothing in such a chain
 * (`y` among operands of `&&`) are left out.
 */
export function withoutCommon(
  a: Expression,
  b: Expression,
  kind: Chain,
): readonly [Expression[], Expression[]] {
  const neutral = kind === 'and' ? 'y' : 'n';
  const telling = (each: Expression): boolean => !isLetterExpression(each, neutral);
  const restOfA: Expression[] = [];
  const restOfB = operandsOf(b, kind).filter(telling);
  for (const each of operandsOf(a, kind).filter(telling)) {
    const same = restOfB.findIndex((other) => areEqual(each, other));
    if (same < 0) restOfA.push(each);
    else restOfB.splice(same, 1);
  }
  return [restOfA, restOfB];
}
