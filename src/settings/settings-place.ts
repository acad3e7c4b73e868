import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

type Environment = Readonly<Record<string, string | undefined>>;

const PROGRAM = fileURLToPath(new URL('../../', import.meta.url));

/** Where settings are described, and where they are kept. */
export interface SettingsPlace {
  readonly srctree: string;
  /** The `.config`, absolute. */
  readonly file: string;
  /** What stands before the names of symbols in it. */
  readonly prefix: string;
}

/** Finds the place of the settings: the `.config` is `$KCONFIG_CONFIG`, else beside the Kconfig file of this program. */
export function settingsPlace(env: Environment): SettingsPlace {
  const srctree = env['srctree'] ?? PROGRAM;
  return {
    srctree,
    file: resolve(env['KCONFIG_CONFIG'] || resolve(PROGRAM, '.config')),
    prefix: env['CONFIG_'] ?? 'CONFIG_',
  };
}
