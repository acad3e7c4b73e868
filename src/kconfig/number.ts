import type { SymbolType } from './model.js';

const WHOLE = { int: /^-?(0|[1-9]\d*)$/, hex: /^(0[xX])?[0-9a-fA-F]+$/ } as const;

const HIGHEST = 2n ** 63n - 1n;
const LOWEST = -(2n ** 63n);
const HIGHEST_UNSIGNED = 2n ** 64n - 1n;

/** Whether a text is a value for an int (no leading zeros) or a hex (with or without 0x). */
export function isNumber(text: string, type: 'int' | 'hex'): boolean {
  return WHOLE[type].test(text);
}

/** A number as a value of that type is written. */
export function formatNumber(value: bigint, type: SymbolType): string {
  return type === 'hex' ? `0x${value.toString(16)}` : String(value);
}

/** A hexadecimal number with its `0x`. */
export function withHexPrefix(value: string): string {
  return /^0x/i.test(value) ? value : `0x${value}`;
}

/** What reading a number at the beginning of a text gave. */
export interface ParsedNumber {
  /** 0 when there is none. Cut to what 64 bits hold. */
  readonly value: bigint;
  /** Whether the text is that number and nothing else, and it fits. */
  readonly isWhole: boolean;
}

const DIGITS = {
  10: /^\s*([+-]?)(\d+)/,
  16: /^\s*([+-]?)(?:0[xX](?=[0-9a-fA-F]))?([0-9a-fA-F]+)/,
} as const;

/**
 * Reads a number as C's strtoll does (unsigned: strtoull), with which the original compares and checks ranges.
 * @param base 0: as the prefix says (0x: 16, 0: 8, else 10)
 */
export function parseNumber(text: string, base: 0 | 10 | 16, isUnsigned = false): ParsedNumber {
  const { sign, digits, radix, length } = split(text, base);
  if (digits === '') return { value: 0n, isWhole: false };
  const size = fromDigits(digits, radix);
  const isWhole = length === text.length;
  if (isUnsigned) {
    const fits = size <= HIGHEST_UNSIGNED;
    if (!fits) return { value: HIGHEST_UNSIGNED, isWhole: false };
    return { value: sign === '-' ? BigInt.asUintN(64, -size) : size, isWhole };
  }
  const value = sign === '-' ? -size : size;
  if (value > HIGHEST) return { value: HIGHEST, isWhole: false };
  return value < LOWEST ? { value: LOWEST, isWhole: false } : { value, isWhole };
}

function split(
  text: string,
  base: 0 | 10 | 16,
): { readonly sign: string; readonly digits: string; readonly radix: 8 | 10 | 16; readonly length: number } {
  const radix = base === 0 ? radixOf(text) : base;
  const pattern = radix === 8 ? /^\s*([+-]?)([0-7]+)/ : DIGITS[radix];
  const [all = '', sign = '', digits = ''] = pattern.exec(text) ?? [];
  return { sign, digits, radix, length: all.length };
}

function radixOf(text: string): 8 | 10 | 16 {
  if (/^\s*[+-]?0[xX][0-9a-fA-F]/.test(text)) return 16;
  return /^\s*[+-]?0/.test(text) ? 8 : 10;
}

function fromDigits(digits: string, radix: 8 | 10 | 16): bigint {
  const prefix = { 8: '0o', 10: '', 16: '0x' }[radix];
  return BigInt(prefix + digits);
}
