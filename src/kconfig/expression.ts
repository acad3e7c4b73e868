import type { KconfigSymbol } from './model.js';

/** How two symbols are compared. */
export type Relation = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** An expression over symbols. Never changed once made: rewriting gives a new one. */
export type Expression =
  | { readonly kind: 'symbol'; readonly symbol: KconfigSymbol }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'comparison';
      readonly relation: Relation;
      readonly left: KconfigSymbol;
      readonly right: KconfigSymbol;
    };

/** The constants of the three truth values. */
export interface Letters {
  readonly yes: KconfigSymbol;
  readonly module: KconfigSymbol;
  readonly no: KconfigSymbol;
}

/** A symbol as an expression. */
export function operand(symbol: KconfigSymbol): Expression {
  return { kind: 'symbol', symbol };
}

/** `left && right`, where undefined stands for what always holds. */
export function andAlso(left: Expression | undefined, right: Expression | undefined): Expression | undefined {
  if (left === undefined) return right;
  return right === undefined ? left : { kind: 'and', left, right };
}

/** `left || right`, where undefined stands for nothing yet: the first operand of a list. */
export function orElse(left: Expression | undefined, right: Expression | undefined): Expression | undefined {
  if (left === undefined) return right;
  return right === undefined ? left : { kind: 'or', left, right };
}

/** Whether a symbol is the constant `y`, `m` or `n`. */
export function isLetter(symbol: KconfigSymbol, letter: 'y' | 'm' | 'n'): boolean {
  return symbol.isConstant && symbol.name === letter;
}

/** Whether an expression is just the constant `y`, `m` or `n`. */
export function isLetterExpression(expression: Expression, letter: 'y' | 'm' | 'n'): boolean {
  return expression.kind === 'symbol' && isLetter(expression.symbol, letter);
}

/** Every symbol that an expression holds, as often as it stands there. */
export function* symbolsOf(expression: Expression | undefined): Generator<KconfigSymbol> {
  switch (expression?.kind) {
    case undefined:
      return;
    case 'symbol':
      yield expression.symbol;
      return;
    case 'not':
      yield* symbolsOf(expression.operand);
      return;
    case 'comparison':
      yield expression.left;
      yield expression.right;
      return;
    case 'and':
    case 'or':
      yield* symbolsOf(expression.left);
      yield* symbolsOf(expression.right);
  }
}

/** The operands of a chain of `&&` (or of `||`), however it is bracketed. */
export function operandsOf(expression: Expression, kind: 'and' | 'or'): readonly Expression[] {
  if (expression.kind !== kind) return [expression];
  return [...operandsOf(expression.left, kind), ...operandsOf(expression.right, kind)];
}
