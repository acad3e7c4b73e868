import type { KconfigSymbol } from './model.js';

/** How many lists `conf` keeps its symbols in. */
const BUCKETS = 9973;

/**
 * Symbols in the order in which the loops of `conf` (scripts/kconfig, Linux 6.1) go through them: by a hash of their names, and in
 * the same list the youngest first. It can be seen where one step of such a loop changes what the next ones find.
 */
export function inOriginalOrder(symbols: readonly KconfigSymbol[]): readonly KconfigSymbol[] {
  const count = symbols.length;
  // One number says both: the list, and how young a symbol is.
  const keys = new Float64Array(count);
  for (const [index, { name }] of symbols.entries()) {
    const bucket = name === '' ? 0 : hash(name) % BUCKETS;
    keys[index] = bucket * count + (count - 1 - index);
  }
  const ordered: KconfigSymbol[] = [];
  for (const key of keys.sort()) ordered.push(symbols[count - 1 - (key % count)] as KconfigSymbol);
  return ordered;
}

/** FNV-1a, 32 bits. Names of symbols are ASCII. */
function hash(text: string): number {
  let value = 2166136261;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value >>> 0;
}
