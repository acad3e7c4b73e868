import { errorCode } from '../errors.js';
import { Configuration } from '../kconfig/configuration.js';
import { type NotYet, notYet } from './not-yet.js';
import { readSettings, type Settings } from './settings.js';
import {
  describeSettingsProblem,
  type OpenConfiguration,
  openConfiguration,
  writtenValues,
} from './settings-file.js';
import { SettingsChanged } from './settings-text.js';

/** Settings that can be used, and what there is to say about them. */
export interface LoadedSettings {
  readonly settings: Settings;
  /** The `.config`, absolute. */
  readonly file: string;
  /** `kept`: it was there. `made`: it was not, and is now. `absent`: it is not there, and the defaults count. */
  readonly origin: 'kept' | 'made' | 'absent';
  /** Lines of it that have no effect, in words. */
  readonly problems: readonly string[];
  readonly notYet: NotYet;
}

/**
 * Reads the settings.
 * @param make whether a `.config` that is not there is written, as `make defconfig` does
 * @throws SettingsError, KconfigError, MirrorError
 */
export async function loadSettings(
  env: Readonly<Record<string, string | undefined>>,
  make: boolean,
): Promise<LoadedSettings> {
  const open = await openConfiguration(env, { valuesOnly: true });
  const values = writtenValues(open.configuration);
  const settings = readSettings(values, open.file);
  const isThere = open.readFrom === open.file;
  const saved = isThere || !make ? 'no' : await saveIfPossible(open);
  // Another start made it a moment ago.
  if (saved === 'overtaken') return await loadSettings(env, make);
  return {
    settings,
    file: open.file,
    origin: isThere ? 'kept' : saved === 'yes' ? 'made' : 'absent',
    problems: open.problems.map(describeSettingsProblem),
    notYet: notYet(values, changedSymbols(open.configuration, values)),
  };
}

/** A program that is installed for everybody has no `.config` of this user: then the defaults count, as they always did. */
async function saveIfPossible(open: Pick<OpenConfiguration, 'save'>): Promise<'yes' | 'no' | 'overtaken'> {
  try {
    await open.save();
    return 'yes';
  } catch (error) {
    if (error instanceof SettingsChanged) return 'overtaken';
    if (isForbidden(error)) return 'no';
    throw error;
  }
}

function isForbidden(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error) ?? '') || isForbidden(error.cause);
}

/** The symbols whose value is another than in a configuration that nobody has changed. */
function changedSymbols(
  { kconfig }: Configuration,
  values: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const defaults = writtenValues(new Configuration(kconfig));
  return new Set([...values.keys()].filter((name) => values.get(name) !== defaults.get(name)));
}
