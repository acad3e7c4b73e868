import {
  type Expression,
  isLetter,
  isLetterExpression,
  type Letters,
  operand,
  type Relation,
} from './expression.js';
import type { KconfigSymbol } from './model.js';

const OPPOSITE: Readonly<Record<Relation, Relation>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

/** `m` as an operand means "as a module", which nothing can be where modules are off: it becomes `m && MODULES`. */
export function rewriteModule(expression: Expression, modules: KconfigSymbol): Expression {
  switch (expression.kind) {
    case 'not':
      return { kind: 'not', operand: rewriteModule(expression.operand, modules) };
    case 'and':
    case 'or':
      return {
        kind: expression.kind,
        left: rewriteModule(expression.left, modules),
        right: rewriteModule(expression.right, modules),
      };
    case 'symbol':
      if (!isLetter(expression.symbol, 'm')) return expression;
      return { kind: 'and', left: expression, right: { kind: 'symbol', symbol: modules } };
    default:
      return expression;
  }
}

/** Moves `!` inwards and turns comparisons of bools with y and n into the bool itself. The value stays what it was. */
export function normalize(expression: Expression, letters: Letters): Expression {
  switch (expression.kind) {
    case 'symbol':
      return expression;
    case 'and':
    case 'or':
      return {
        kind: expression.kind,
        left: normalize(expression.left, letters),
        right: normalize(expression.right, letters),
      };
    case 'comparison':
      return normalizeComparison(expression, letters);
    case 'not':
      return negate(normalize(expression.operand, letters), letters);
  }
}

function normalizeComparison(
  expression: Expression & { kind: 'comparison' },
  { yes, no }: Letters,
): Expression {
  const { left, right, relation } = expression;
  if (left.type !== 'bool' || (relation !== '=' && relation !== '!=')) return expression;
  const itself = operand(left);
  // A bool is never m.
  if (isLetter(right, 'm')) return operand(relation === '=' ? no : yes);
  if (isLetter(right, relation === '=' ? 'y' : 'n')) return itself;
  return isLetter(right, relation === '=' ? 'n' : 'y') ? { kind: 'not', operand: itself } : expression;
}

/** The negation of an expression that is in normal form, in normal form. */
function negate(expression: Expression, letters: Letters): Expression {
  switch (expression.kind) {
    case 'not':
      return expression.operand;
    case 'comparison':
      return { ...expression, relation: OPPOSITE[expression.relation] };
    case 'and':
    case 'or':
      return {
        kind: expression.kind === 'and' ? 'or' : 'and',
        left: negate(expression.left, letters),
        right: negate(expression.right, letters),
      };
    case 'symbol':
      if (isLetterExpression(expression, 'y')) return operand(letters.no);
      if (isLetterExpression(expression, 'n')) return operand(letters.yes);
      return isLetterExpression(expression, 'm') ? expression : { kind: 'not', operand: expression };
  }
}

/**
 * `TRISTATE!=n` becomes `TRISTATE` in conditions of what is no tristate, as in the original: what was y for a module is m then,
 * and a select under that condition selects no more than a module.
 */
export function withoutUnequalNo(expression: Expression): Expression {
  switch (expression.kind) {
    case 'not':
      return { kind: 'not', operand: withoutUnequalNo(expression.operand) };
    case 'and':
    case 'or':
      return {
        kind: expression.kind,
        left: withoutUnequalNo(expression.left),
        right: withoutUnequalNo(expression.right),
      };
    case 'comparison': {
      const { relation, left, right } = expression;
      const says = relation === '!=' && left.type === 'tristate' && isLetter(right, 'n');
      return says ? { kind: 'symbol', symbol: left } : expression;
    }
    default:
      return expression;
  }
}

/** `expression != n`, symbol by symbol. */
export function comparedWithNo(
  expression: Expression,
  no: KconfigSymbol,
  relation: '=' | '!=' = '!=',
): Expression {
  switch (expression.kind) {
    case 'symbol':
      return { kind: 'comparison', relation, left: expression.symbol, right: no };
    case 'not':
      return comparedWithNo(expression.operand, no, relation === '=' ? '!=' : '=');
    case 'comparison':
      return relation === '=' ? { kind: 'not', operand: expression } : expression;
    case 'and':
    case 'or': {
      const left = comparedWithNo(expression.left, no, '=');
      const right = comparedWithNo(expression.right, no, '=');
      const equal: Expression = { kind: expression.kind === 'and' ? 'or' : 'and', left, right };
      return relation === '=' ? equal : { kind: 'not', operand: equal };
    }
  }
}
