import type { MenuBuilder } from './menu-builder.js';
import type { KconfigSymbol } from './model.js';
import type { Reader } from './reader.js';
import type { KconfigSources } from './sources.js';
import type { SymbolTable } from './symbol-table.js';

/** What the parsers of statements work on. */
export interface ParseContext {
  readonly reader: Reader;
  readonly symbols: SymbolTable;
  readonly menu: MenuBuilder;
  readonly sources: KconfigSources;
  /** The symbol that turns modules on, once it is met. */
  modules: KconfigSymbol | undefined;
}
