import type { Relation } from './expression.js';
import type { SymbolType } from './model.js';
import { parseNumber } from './number.js';
import { tristateOf } from './tristate.js';

/** One side of a comparison. */
export interface ComparedSymbol {
  readonly type: SymbolType;
  readonly text: string;
}

/**
 * Whether a comparison holds. Sides that are both numbers (truth values count as 0, 1 and 2) are compared as numbers, others byte by
 * byte; two strings always are.
 */
export function compareSymbols(relation: Relation, left: ComparedSymbol, right: ComparedSymbol): boolean {
  const order = orderOf(left, right);
  switch (relation) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function orderOf(left: ComparedSymbol, right: ComparedSymbol): number {
  const areStrings = left.type === 'string' && right.type === 'string';
  const a = areStrings ? undefined : numberOf(left);
  const b = areStrings ? undefined : numberOf(right);
  if (a === undefined || b === undefined) return compareBytes(left.text, right.text);
  const isUnsigned = left.type === 'hex' || right.type === 'hex';
  const [low, high] = isUnsigned ? [BigInt.asUintN(64, a), BigInt.asUintN(64, b)] : [a, b];
  return low < high ? -1 : low > high ? 1 : 0;
}

function numberOf({ type, text }: ComparedSymbol): bigint | undefined {
  if (type === 'bool' || type === 'tristate') return BigInt(tristateOf(text) ?? -1);
  const { value, isWhole } = parseNumber(text, type === 'int' ? 10 : type === 'hex' ? 16 : 0, type === 'hex');
  return isWhole ? value : undefined;
}

/** As strcmp: by the bytes of UTF-8, whose order is that of code points. */
function compareBytes(left: string, right: string): number {
  if (left === right) return 0;
  const a = [...left];
  const b = [...right];
  const at = a.findIndex((character, index) => character !== b[index]);
  if (at < 0) return -1;
  const other = b[at];
  return other === undefined || (a[at]?.codePointAt(0) ?? 0) > (other.codePointAt(0) ?? 0) ? 1 : -1;
}
