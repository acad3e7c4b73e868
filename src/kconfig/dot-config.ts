import type { Configuration } from './configuration.js';
import type { KconfigSymbol, MenuNode } from './model.js';

/** What names of symbols begin with in a .config. */
export const DEFAULT_PREFIX = 'CONFIG_';

/** How a .config is written. */
export interface DotConfigFormat {
  /** `CONFIG_` when absent. */
  readonly prefix?: string;
}

/**
 * The .config: every symbol that is to be written, in the order of the menu, with the menus' titles as comments. The same settings
 * give the same bytes, which but for the first lines are those of `conf`.
 */
export function formatDotConfig(configuration: Configuration, format: DotConfigFormat = {}): string {
  configuration.settle();
  const prefix = format.prefix ?? DEFAULT_PREFIX;
  const writer = new DotConfigWriter(configuration, prefix);
  writer.children(configuration.kconfig.root);
  return `${heading(configuration.kconfig.title)}${writer.text}`;
}

class DotConfigWriter {
  text = '';
  #needsBlankLine = false;
  readonly #written = new Set<KconfigSymbol>();
  readonly #configuration: Configuration;
  readonly #prefix: string;

  constructor(configuration: Configuration, prefix: string) {
    this.#configuration = configuration;
    this.#prefix = prefix;
  }

  children(entry: MenuNode): void {
    for (const child of entry.children) this.#entry(child);
  }

  #entry(entry: MenuNode): void {
    const { symbol, prompt } = entry;
    if (symbol !== undefined) {
      this.#symbol(symbol);
      this.children(entry);
      return;
    }
    const isShown = prompt !== undefined && this.#configuration.isVisible(entry);
    if (isShown) {
      this.text += `\n#\n# ${prompt.text}\n#\n`;
      this.#needsBlankLine = false;
    }
    this.children(entry);
    if (!isShown || entry.kind !== 'menu') return;
    this.text += `# end of ${prompt.text}\n`;
    this.#needsBlankLine = true;
  }

  #symbol(symbol: KconfigSymbol): void {
    if (symbol.isChoice || this.#written.has(symbol) || !this.#configuration.isWritten(symbol)) return;
    this.#written.add(symbol);
    if (this.#needsBlankLine) this.text += '\n';
    this.#needsBlankLine = false;
    this.text += dotConfigLine(this.#configuration, symbol, this.#prefix);
  }
}

/**
 * A small .config: only what differs from the defaults, from which the whole can be made again.
 */
export function formatMinimalConfig(configuration: Configuration, format: DotConfigFormat = {}): string {
  configuration.invalidate();
  const written = new Set<KconfigSymbol>();
  const visit = (entry: MenuNode): string => {
    const { symbol } = entry;
    let text = '';
    if (symbol !== undefined && !symbol.isChoice && !written.has(symbol) && configuration.isWritten(symbol)) {
      written.add(symbol);
      if (hasToBeKept(configuration, symbol)) {
        text = dotConfigLine(configuration, symbol, format.prefix ?? DEFAULT_PREFIX);
      }
    }
    return text + entry.children.map(visit).join('');
  };
  return configuration.kconfig.root.children.map(visit).join('');
}

/** Whether a small .config has to hold the symbol: its value is one the user chose, and not what it would be anyway. */
export function hasToBeKept(configuration: Configuration, symbol: KconfigSymbol): boolean {
  if (!configuration.isChangeable(symbol)) return false;
  const value = configuration.value(symbol);
  if (value === configuration.defaultText(symbol)) return false;
  const { choice } = symbol;
  if (choice === undefined || choice.isOptional || symbol.type !== 'bool' || value !== 'y') return true;
  return configuration.defaultOf(choice) !== symbol;
}

/** A symbol's line, its end included. */
export function dotConfigLine(
  configuration: Configuration,
  symbol: KconfigSymbol,
  prefix: string = DEFAULT_PREFIX,
): string {
  const value = configuration.value(symbol);
  if (symbol.type === 'string') return `${prefix}${symbol.name}=${quote(value)}\n`;
  const isOff = (symbol.type === 'bool' || symbol.type === 'tristate') && value === 'n';
  return isOff ? `# ${prefix}${symbol.name} is not set\n` : `${prefix}${symbol.name}=${value}\n`;
}

/** A text as a .config and a C header hold it. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function heading(title: string): string {
  return `#\n# Automatically generated file; DO NOT EDIT.\n# ${title}\n#\n`;
}
