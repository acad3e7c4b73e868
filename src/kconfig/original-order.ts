import type { KconfigSymbol } from './model.js';

/** How many lists `conf` keeps its symbols in. */
const BUCKETS = 9973;

/**
 * Symbols in the order in which the loops of `conf` (scripts/kconfig, Linux 6.1) go through them: by a hash of their names, and in
 * the same list the youngest first. It can be seen where one step of such a loop changes what the next ones find.
 */
export function inOriginalOrder(symbols: readonly KconfigSymbol[]): readonly KconfigSymbol[] {
  const buckets = symbols.map(({ name }) => (name === '' ? 0 : hash(name) % BUCKETS));
  const bucketOf = (index: number): number => buckets[index] ?? 0;
  return symbols
    .map((_, index) => index)
    .sort((a, b) => bucketOf(a) - bucketOf(b) || b - a)
    .map((index) => symbols[index] as KconfigSymbol);
}

/** FNV-1a, 32 bits. Names of symbols are ASCII. */
function hash(text: string): number {
  let value = 2166136261;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value >>> 0;
}
