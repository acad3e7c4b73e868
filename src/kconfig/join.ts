import { areEqual } from './equal.js';
import { type Expression, isLetter, type Letters, operand } from './expression.js';
import type { KconfigSymbol } from './model.js';

/** An operand that says something about one symbol alone. */
interface Statement {
  readonly about: KconfigSymbol;
  readonly says: 'is' | 'is not' | '=' | '!=';
  /** What it is compared with. */
  readonly value: KconfigSymbol | undefined;
}

/**
 * Two operands of a chain of `&&` or `||` as one that says the same; undefined when they cannot be joined.
 * Only about bools and tristates more is known than that two equal operands are one.
 */
export function join(
  kind: 'and' | 'or',
  a: Expression,
  b: Expression,
  letters: Letters,
): Expression | undefined {
  if (areEqual(a, b)) return a;
  const first = statementOf(a);
  const second = statementOf(b);
  if (first === undefined || second === undefined || first.about !== second.about) return undefined;
  const { type } = first.about;
  if (type !== 'bool' && type !== 'tristate') return undefined;
  return kind === 'or' ? joinOr(first, second, letters) : joinAnd(first, second, letters);
}

function statementOf(expression: Expression): Statement | undefined {
  if (expression.kind === 'symbol') return { about: expression.symbol, says: 'is', value: undefined };
  if (expression.kind === 'not' && expression.operand.kind === 'symbol') {
    return { about: expression.operand.symbol, says: 'is not', value: undefined };
  }
  if (expression.kind !== 'comparison') return undefined;
  const { relation, left, right } = expression;
  return relation === '=' || relation === '!=' ? { about: left, says: relation, value: right } : undefined;
}

function joinOr(a: Statement, b: Statement, letters: Letters): Expression | undefined {
  const { about } = a;
  if (about.type === 'bool') {
    const opposite = (a.says === 'is' && b.says === 'is not') || (a.says === 'is not' && b.says === 'is');
    return opposite ? operand(letters.yes) : undefined;
  }
  const third = a.says === '=' && b.says === '=' ? thirdLetter(a, b, letters) : undefined;
  return third && { kind: 'comparison', relation: '!=', left: about, right: third };
}

function joinAnd(a: Statement, b: Statement, letters: Letters): Expression | undefined {
  const { about } = a;
  const equals = (right: KconfigSymbol): Expression => ({
    kind: 'comparison',
    relation: '=',
    left: about,
    right,
  });
  const compared = a.says === 'is' ? b : b.says === 'is' ? a : undefined;
  if (compared?.value !== undefined) {
    const { says, value } = compared;
    if (says === '=' && isLetter(value, 'y')) return equals(value);
    if (says === '!=' && isLetter(value, 'n')) return operand(about);
    return says === '!=' && isLetter(value, 'm') ? equals(letters.yes) : undefined;
  }
  if (about.type !== 'tristate' || a.value === undefined || b.value === undefined) return undefined;
  if (a.says === '!=' && b.says === '!=') {
    const third = thirdLetter(a, b, letters);
    return third && equals(third);
  }
  if (a.says === b.says || !a.value.isConstant || !b.value.isConstant) return undefined;
  const equal = a.says === '=' ? a.value : b.value;
  return a.value === b.value ? operand(letters.no) : equals(equal);
}

/** The truth value that neither of two comparisons names. */
function thirdLetter(a: Statement, b: Statement, { yes, module, no }: Letters): KconfigSymbol | undefined {
  const rest = [yes, module, no].filter((letter) => letter !== a.value && letter !== b.value);
  return rest.length === 1 ? rest[0] : undefined;
}
