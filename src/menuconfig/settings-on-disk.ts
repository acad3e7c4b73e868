import { relative, resolve } from 'node:path';
import type { Configuration } from '../kconfig/configuration.js';
import { formatDotConfig } from '../kconfig/dot-config.js';
import { describeSettingsProblem, layOver, readSettingsSource } from '../settings/settings-file.js';
import type { SettingsPlace } from '../settings/settings-place.js';
import { readSettingsText, SettingsChanged } from '../settings/settings-text.js';
import { writeSettingsText } from '../settings/write-settings.js';
import type { ConfigurationFile } from './configuration-file.js';

/**
 * The `.config` of a place, for the menu.
 * @throws SettingsFileError
 */
export async function settingsOnDisk(
  configuration: Configuration,
  place: SettingsPlace,
): Promise<ConfigurationFile> {
  let known = (await readSettingsText(place.file))?.text;
  const textNow = () => formatDotConfig(configuration, { prefix: place.prefix });
  return {
    name: shownName(place),
    async save(path) {
      const text = textNow();
      const target = resolve(place.cwd, path);
      if (target !== place.file) return writeSettingsText(target, text, { keepOld: true });
      const written = await writeOwn(place, text, known, (found) => {
        known = found;
      });
      known = text;
      return written;
    },
    async load(path) {
      const source = await readSettingsSource(path, place);
      const problems = layOver(configuration, source, place);
      if (source.path === place.file) known = source.text;
      return problems.map(describeSettingsProblem);
    },
    isSaved: async () => known === textNow(),
  };
}

/** Somebody else's change is replaced only when that is asked for once more. */
async function writeOwn(
  { file, env }: SettingsPlace,
  text: string,
  known: string | undefined,
  onChanged: (found: string | undefined) => void,
): Promise<boolean> {
  const inPlace = (env['KCONFIG_OVERWRITECONFIG'] ?? '') !== '';
  try {
    return await writeSettingsText(file, text, { keepOld: true, inPlace, expected: { text: known } });
  } catch (error) {
    if (!(error instanceof SettingsChanged)) throw error;
    onChanged((await readSettingsText(file))?.text);
    throw new SettingsChanged(error.message, {
      hint: `S saves all the same, and keeps what is there as ${file}.old; L loads what is there`,
      cause: error,
    });
  }
}

/** Relative to where the user is, when it is there or below. */
function shownName({ cwd, file }: SettingsPlace): string {
  const name = relative(cwd, file);
  return name === '' || name.startsWith('..') ? file : name;
}
