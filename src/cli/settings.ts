import { readFileSync } from 'node:fs';
import { settingLine } from '../settings/setting-line.js';
import { installation, settingsPlace } from '../settings/settings-place.js';
import type { SettingsPort } from './settings-port.js';

/** The settings of this program. Read in full only by the commands that use them. */
export const SETTINGS: SettingsPort = {
  written(symbol, env) {
    const { file, prefix } = settingsPlace(env);
    try {
      return settingLine(readFileSync(file, 'utf8'), `${prefix}${symbol}`);
    } catch {
      // What is wrong with it is said by the commands that need it.
      return undefined;
    }
  },
  isOfHost: (env) => (env['KCONFIG_CONFIG'] ?? '') === '' && installation()?.scope === 'system',
  async load(env, make) {
    const { loadSettings } = await import('../settings/load-settings.js');
    return await loadSettings(env, make);
  },
};
