import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MirrorError } from '../errors.js';
import { tryLock } from '../host/lock.js';
import { identify } from '../host/process-identity.js';
import { isQuotaBack } from '../images/is-quota-back.js';
import type { UpdateEnd } from '../images/run-update.js';
import { runScheduled, type WallClock } from '../images/scheduled-update.js';
import type { UpdateEvent } from '../images/update-event.js';
import { clearPause, readPause, type UpdatePause, writePause } from '../images/update-pause.js';
import type { WaitingImages } from '../images/waiting.js';
import type { Layout } from '../render/layout.js';
import type { CliContext } from './command.js';
import { fetchSettings } from './fetch-settings.js';
import { describeWarning } from './report.js';
import { findRunningMirror } from './running-mirror.js';

/** What a scheduled update works with. */
export interface ScheduledUpdate {
  readonly layout: Layout;
  readonly context: CliContext;
  /** Ends it, also while it waits. */
  readonly signal: AbortSignal;
  /** Does what can be done now, until the window closes. */
  readonly pass: (window: AbortSignal) => Promise<UpdateEnd>;
  readonly show: (event: UpdateEvent) => void;
  readonly warn: (text: string) => void;
}

/** How it ended; `waits`: another one waits already, and this one did nothing. */
export type ScheduledEnd =
  | UpdateEnd
  | { readonly kind: 'waits'; readonly pause: UpdatePause | undefined }
  | { readonly kind: 'stopped' };

const CLOCK: WallClock = {
  now: () => new Date(),
  // Its end before the time is what the signal is for.
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => undefined),
};

/**
 * Updates within the time of day of the settings and the limits of upstreams, waiting for both.
 * @throws FileError, SettingsError
 */
export async function scheduledUpdate(update: ScheduledUpdate): Promise<ScheduledEnd> {
  const { layout, context, signal, warn } = update;
  const lock = await tryLock(join(layout.run, 'update-scheduled'));
  if (lock === undefined) return { kind: 'waits', pause: await readPause(layout.updateWaits) };
  let last: UpdateEnd | undefined;
  try {
    const end = await runScheduled({
      signal,
      clock: CLOCK,
      window: async () => (await fetchSettings(context)).window,
      pass: async (closing) => {
        last = await update.pass(closing);
        return last;
      },
      isOver: (waiting) => isOver(waiting, last, update),
      onWaiting: async (waits) => {
        if (waits !== undefined) update.show({ event: 'waiting', waits });
        await record(layout, waits).catch((error: unknown) => warn(describeWarning(error)));
      },
    });
    return end ?? { kind: 'stopped' };
  } finally {
    await lock.release();
  }
}

/** So that others can tell what it waits for. */
async function record({ updateWaits }: Layout, waits: readonly WaitingImages[] | undefined): Promise<void> {
  const self = await identify(process.pid);
  if (waits === undefined || self === undefined) await clearPause(updateWaits);
  else await writePause(updateWaits, { version: 1, process: { ...self }, waits });
}

/** The mirror may be down, and the settings may be wrong at the moment: then it waits on. */
async function isOver(
  waiting: WaitingImages,
  last: UpdateEnd | undefined,
  { layout, context, signal }: ScheduledUpdate,
): Promise<boolean> {
  const images = last?.kind === 'ended' ? last.record.images : [];
  const image = images.find(({ waits }) => waits?.upstream === waiting.upstream)?.image;
  if (image === undefined) return false;
  try {
    const { reserve } = await fetchSettings(context);
    const { access, upstreams } = await findRunningMirror(layout, 0, { ...context, interrupted: signal });
    return await isQuotaBack(waiting, { access, upstreams, reserve, image, signal });
  } catch (error) {
    if (error instanceof MirrorError) return false;
    throw error;
  }
}
