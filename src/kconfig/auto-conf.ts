import type { Configuration } from './configuration.js';
import { DEFAULT_PREFIX, type DotConfigFormat } from './dot-config.js';
import { isTruth, type KconfigSymbol } from './model.js';

/** The symbols that a .config holds, in the order in which the files define them. */
export function writtenSymbols(configuration: Configuration): readonly KconfigSymbol[] {
  return configuration.kconfig.symbols.filter(
    (symbol) =>
      !symbol.isConstant && !symbol.isChoice && symbol.nodes.length > 0 && configuration.isWritten(symbol),
  );
}

/**
 * The values for make to include, as `conf` of Linux 6.1 writes `include/config/auto.conf`: what is `n` is left out, and
 * texts are written without quotes.
 */
export function formatAutoConf(
  configuration: Configuration,
  { prefix = DEFAULT_PREFIX }: DotConfigFormat = {},
): string {
  const lines = writtenSymbols(configuration)
    .map((symbol) => ({ symbol, value: configuration.value(symbol) }))
    .filter(({ symbol, value }) => !isTruth(symbol) || value !== 'n')
    .map(({ symbol, value }) => `${prefix}${symbol.name}=${value}\n`);
  return `#\n# Automatically generated file; DO NOT EDIT.\n# ${configuration.kconfig.title}\n#\n${lines.join('')}`;
}
