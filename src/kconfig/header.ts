import { writtenSymbols } from './auto-conf.js';
import type { Configuration } from './configuration.js';
import { DEFAULT_PREFIX, type DotConfigFormat, quote } from './dot-config.js';
import { isTruth, type KconfigSymbol } from './model.js';
import { withHexPrefix } from './number.js';

/**
 * The values for the C preprocessor, as `conf` of Linux 6.1 writes `include/generated/autoconf.h`: `y` is 1, `m` is 1 under a name
 * that ends in `_MODULE`, and what is `n` is not defined.
 */
export function formatHeader(
  configuration: Configuration,
  { prefix = DEFAULT_PREFIX }: DotConfigFormat = {},
): string {
  const lines = writtenSymbols(configuration).map((symbol) =>
    definitionOf(`${prefix}${symbol.name}`, symbol, configuration.value(symbol)),
  );
  const { title } = configuration.kconfig;
  return `/*\n * Automatically generated file; DO NOT EDIT.\n * ${title}\n */\n${lines.join('')}`;
}

function definitionOf(name: string, symbol: KconfigSymbol, value: string): string {
  if (isTruth(symbol)) {
    if (value === 'n') return '';
    return `#define ${name}${value === 'm' ? '_MODULE' : ''} 1\n`;
  }
  if (symbol.type === 'hex') return `#define ${name} ${withHexPrefix(value)}\n`;
  return `#define ${name} ${symbol.type === 'string' ? quote(value) : value}\n`;
}
