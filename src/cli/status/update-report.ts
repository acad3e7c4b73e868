import { MirrorError } from '../../errors.js';
import { type LastUpdate, readLastUpdate } from '../../images/last-update.js';
import { isServableOffline } from '../../images/platform-outcome.js';
import { readPause } from '../../images/update-pause.js';
import { countWaiting } from '../../images/waiting.js';
import type { Layout } from '../../render/layout.js';
import type { CliContext } from '../command.js';
import type { MirrorUnits } from './mirror-units.js';
import type { UpdateReport } from './status-report.js';

/** What there is to say about the nightly update, and what of it is wrong. */
export async function lookAtUpdate(
  { update: file, updateWaits }: Layout,
  { timer, update }: MirrorUnits,
  { env, settings }: CliContext,
): Promise<{ readonly report: UpdateReport; readonly troubles: readonly string[] }> {
  const troubles: string[] = [];
  const isOff = settings.written('DOCKER_MIRROR_UPDATE', env) === 'n';
  const last = await readLastUpdate(file).catch((error: unknown) => {
    if (!(error instanceof MirrorError)) throw error;
    troubles.push(error.message);
    return undefined;
  });
  const pause = await readPause(updateWaits);
  if (timer !== undefined && timer.active !== 'active') {
    troubles.push(`the timer of the nightly update is ${timer.active}`);
  }
  // One that failed before it could write its record.
  if (update?.active === 'failed' && last?.result !== 'failed')
    troubles.push(`the service of the nightly update failed (${update.result})`);
  return {
    report: {
      calendar: isOff ? null : (settings.written('DOCKER_MIRROR_UPDATE_CALENDAR', env) ?? null),
      timer: timer?.active ?? null,
      next: timer?.next ?? null,
      last: last === undefined ? null : lastOf(last),
      waiting: pause === undefined ? null : { pid: pause.process.pid, waits: pause.waits },
    },
    troubles,
  };
}

function lastOf({ images: all, archives = [], ...update }: LastUpdate): UpdateReport['last'] {
  const { started, finished, result, problem, log } = update;
  // What people pulled in part is not to be kept.
  const images = all.filter(({ partial }) => partial !== true);
  const known = images
    .map(({ platforms }) => isServableOffline(platforms))
    .filter((each) => each !== undefined);
  const servable = known.length === 0 ? null : known.filter((each) => each).length;
  const failed = images.filter(({ state }) => state === 'failed').length;
  const archivesFailed = archives.filter(({ state }) => state === 'failed').length;
  const waits = countWaiting(images.flatMap((image) => image.waits ?? []));
  const counts = { images: images.length, failed, servable, archivesFailed, waits };
  return { started, finished, result, problem, log, ...counts };
}
