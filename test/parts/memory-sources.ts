import { Configuration } from '#src/kconfig/configuration.js';
import { loadKconfig } from '#src/kconfig/load.js';
import type { Kconfig } from '#src/kconfig/model.js';
import type { KconfigSources, ShellResult } from '#src/kconfig/sources.js';

/** What Kconfig files find around them, besides other files. */
export interface MemoryWorld {
  readonly environment?: Readonly<Record<string, string>>;
  readonly shell?: (command: string) => ShellResult;
}

/** Kconfig files by name. A pattern fits by its `*` only. */
export function memorySources(
  files: Readonly<Record<string, string>>,
  world: MemoryWorld = {},
): KconfigSources {
  return {
    read: (path) => files[path],
    glob: (pattern) => {
      const fits = new RegExp(`^${pattern.replace(/[.+]/g, '\\$&').replaceAll('*', '[^/]*')}$`);
      return Object.keys(files)
        .filter((name) => fits.test(name))
        .sort();
    },
    variable: (name) => world.environment?.[name],
    shell: world.shell ?? (() => ({ output: '' })),
  };
}

/** The symbols of one Kconfig file. */
export function kconfigOf(text: string, world?: MemoryWorld): Kconfig {
  return loadKconfig('Kconfig', memorySources({ Kconfig: text }, world));
}

/** A configuration of one Kconfig file, with nothing said by a user. */
export function configurationOf(text: string): Configuration {
  return new Configuration(kconfigOf(text));
}

/** The symbol of a name that has to be there. */
export function symbolIn({ kconfig }: Configuration, name: string): ReturnType<Kconfig['find']> & object {
  const symbol = kconfig.find(name);
  if (symbol === undefined) throw new Error(`there is no symbol ${name}`);
  return symbol;
}
