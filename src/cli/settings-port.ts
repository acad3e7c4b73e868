import type { LoadedSettings } from '../settings/load-settings.js';
import type { Environment } from './engine-port.js';

/** What the commands need of the settings. Wired in `settings.ts`; tests give their own. */
export interface SettingsPort {
  /**
   * A symbol (without prefix) as the `.config` has it, unchecked; undefined when it is not there or cannot be read. Fast: the Kconfig
   * files are not read.
   */
  written(symbol: string, env: Environment): string | undefined;
  /** Whether these are the settings of a program that is installed for the whole host. */
  readonly isOfHost?: (env: Environment) => boolean;
  /**
   * Reads and checks them all.
   * @param make whether a `.config` that is not there is written
   * @throws MirrorError
   */
  load(env: Environment, make: boolean): Promise<LoadedSettings>;
}
