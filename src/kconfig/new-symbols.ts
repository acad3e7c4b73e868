import type { Configuration } from './configuration.js';
import type { KconfigSymbol, MenuNode } from './model.js';
import { YES } from './tristate.js';

/** The entries of the menu that the user has a say in now and said nothing about yet, in its order: what oldconfig asks for. */
export function newEntries(configuration: Configuration): readonly MenuNode[] {
  const found: MenuNode[] = [];
  const seen = new Set<KconfigSymbol>();
  const visit = (entry: MenuNode): void => {
    if (entry.kind !== 'root' && entry.kind !== 'if' && !configuration.isVisible(entry)) return;
    const { symbol } = entry;
    if (symbol !== undefined && !seen.has(symbol) && isNew(configuration, symbol)) {
      seen.add(symbol);
      found.push(entry);
    }
    for (const child of entry.children) visit(child);
  };
  visit(configuration.kconfig.root);
  return found;
}

/** Those of them that have a name: what listnewconfig lists. */
export function newSymbols(configuration: Configuration): readonly KconfigSymbol[] {
  return newEntries(configuration).flatMap(({ symbol }) =>
    symbol === undefined || symbol.name === '' ? [] : [symbol],
  );
}

function isNew(configuration: Configuration, symbol: KconfigSymbol): boolean {
  if (configuration.hasUserValue(symbol)) return false;
  return configuration.isChangeable(symbol) || (symbol.isChoice && configuration.tristate(symbol) === YES);
}
