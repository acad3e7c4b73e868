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

/** Whether any symbol that an expression holds is such a one; asked in their order, up to the first. */
export function someSymbol(
  expression: Expression | undefined,
  isSuch: (symbol: KconfigSymbol) => boolean,
): boolean {
  switch (expression?.kind) {
    case undefined:
      return false;
    case 'symbol':
      return isSuch(expression.symbol);
    case 'not':
      return someSymbol(expression.operand, isSuch);
    case 'comparison':
      return isSuch(expression.left) || isSuch(expression.right);
    case 'and':
    case 'or':
      return someSymbol(expression.left, isSuch) || someSymbol(expression.right, isSuch);
  }
}

/** The operands of a chain of `&&` (or of `||`), however it is bracketed. */
export function operandsOf(expression: Expression, kind: 'and' | 'or'): readonly Expression[] {
  const operands: Expression[] = [];
  collectOperands(expression, kind, operands);
  return operands;
}

function collectOperands(expression: Expression, kind: 'and' | 'or', operands: Expression[]): void {
  if (expression.kind !== kind) {
    operands.push(expression);
    return;
  }
  collectOperands(expression.left, kind, operands);
  collectOperands(expression.right, kind, operands);
}
