import { errorCode } from '../errors.js';
import type { Layout } from '../render/layout.js';
import type { LoadedSettings } from '../settings/load-settings.js';
import type { Duties } from '../upkeep/duties.js';

/**
 * Refuses settings that a supervisor could not follow.
 * @throws SettingsError
 */
export async function checkDuties({ settings, file }: LoadedSettings): Promise<void> {
  const timer = settings.mirror?.update.timer;
  if (timer === undefined) return;
  const { parseCalendar } = await import('../upkeep/calendar/parse.js');
  try {
    parseCalendar(timer.calendar);
  } catch (error) {
    if (!(error instanceof Error) || errorCode(error) !== 'CALENDAR_INVALID') throw error;
    const { SettingsError } = await import('../settings/settings-error.js');
    const place = { file, line: undefined, column: undefined };
    throw new SettingsError([{ ...place, key: 'DOCKER_MIRROR_UPDATE_CALENDAR', message: error.message }]);
  }
}

/**
 * Writes down what the supervisor is to do besides, for one that is about to start and for one that runs.
 * @throws FileError
 */
export async function noteDuties(layout: Layout, { settings }: LoadedSettings): Promise<void> {
  const { writeDuties } = await import('../upkeep/duties.js');
  const mirror = settings.mirror;
  const duties: Duties = {
    version: 1,
    update: mirror?.update.timer ?? null,
    stopWhenUnused: mirror?.leases.stopWhenUnused ?? null,
  };
  await writeDuties(layout.duties, duties);
}
