import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Configuration } from '#src/kconfig/configuration.js';
import { loadKconfig } from '#src/kconfig/load.js';
import type { Kconfig, KconfigSymbol } from '#src/kconfig/model.js';
import { type MirrorSettings, readSettings } from '#src/settings/settings.js';
import { writtenValues } from '#src/settings/settings-file.js';

/** The folder of the product. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The product's own Kconfig files, on a host where no mirror answers. */
export function rootKconfig(): Kconfig {
  return loadKconfig('Kconfig', {
    read: (path) => readFileSync(join(ROOT, path), 'utf8'),
    glob: () => [],
    variable: () => undefined,
    shell: () => ({ output: 'n\n' }),
  });
}

/** Its settings with some of them changed, by symbol. A value that does not take is a mistake of the test. */
export function rootConfiguration(given: Readonly<Record<string, string>> = {}): Configuration {
  const configuration = new Configuration(rootKconfig());
  for (const [name, value] of Object.entries(given)) {
    const symbol = configuration.kconfig.find(name);
    if (symbol === undefined || !configuration.set(symbol, value))
      throw new Error(`${name} does not take ${value}`);
  }
  return configuration;
}

/** The written symbols and their values. */
export function rootValues(given: Readonly<Record<string, string>> = {}): Map<string, string> {
  return new Map(writtenValues(rootConfiguration(given)));
}

/** The mirror that these settings describe. */
export function mirrorSettings(given: Readonly<Record<string, string>> = {}): MirrorSettings {
  const { mirror } = readSettings(rootValues(given), '.config');
  if (mirror === undefined) throw new Error('these settings set no mirror up');
  return mirror;
}

/** The symbols that people are asked for: with a prompt, choices left out. */
export function promptedSymbols(kconfig: Kconfig): KconfigSymbol[] {
  return kconfig.symbols.filter(
    ({ isConstant, isChoice, nodes }) =>
      !isConstant && !isChoice && nodes.some(({ prompt }) => prompt !== undefined),
  );
}
