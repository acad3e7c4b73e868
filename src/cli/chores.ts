import type { Logger } from '../host/log.js';
import { SUPERVISED } from '../host/parent-watch.js';
import { type BesideEnd, runBeside } from '../host/supervisor/run-beside.js';
import { readLastUpdate } from '../images/last-update.js';
import { readPause } from '../images/update-pause.js';
import type { Layout } from '../render/layout.js';
import { parseCalendar } from '../upkeep/calendar/parse.js';
import { type Duties, followDuties } from '../upkeep/duties.js';
import type { Schedule } from '../upkeep/schedule.js';
import { watchUnused } from '../upkeep/watch-unused.js';
import type { CliContext } from './command.js';
import { EXIT } from './exit-code.js';

/** What a supervisor does besides keeping its mirror running. */
export interface Chores {
  /** Aborted when nobody needs the mirror any more, and the settings say that it stops then. */
  readonly unused: AbortSignal;
  /** Ends them, an update that is under way included. */
  close(): Promise<void>;
}

/** Milliseconds that an update may take to end: what it was told last is written by then. */
const STOP_UPDATE_MS = 10_000;
/** Seconds that the mirror may take to start before an update gives up. */
const WAIT_FOR_MIRROR = '60';

/**
 * Begins what `run/duties.json` says, and follows its changes: the nightly update, in a process of its own, and the end of a mirror that
 * nobody needs.
 */
export async function startChores(layout: Layout, context: CliContext, logger: Logger): Promise<Chores> {
  const stop = new AbortController();
  const unused = new AbortController();
  // An update ends while the mirror still lets its transfers finish, which would wait for those of the update.
  const ending = AbortSignal.any([stop.signal, context.interrupted, unused.signal]);
  let schedule: Schedule | undefined;
  let unwatch = () => {};
  let update = Promise.resolve();
  let scheduled = '';

  function runUpdate(): Promise<void> {
    update = updateInBackground(layout, context, ending, logger);
    return update;
  }

  async function reschedule(wanted: Duties['update']): Promise<void> {
    schedule?.stop();
    schedule = undefined;
    if (wanted === null || ending.aborted) return;
    const { startSchedule } = await import('../upkeep/schedule.js');
    schedule = startSchedule({
      calendar: parseCalendar(wanted.calendar),
      randomDelay: wanted.randomDelaySeconds * 1_000,
      lastRun: () => lastRun(layout),
      run: runUpdate,
      logger,
    });
    logger.info({ calendar: wanted.calendar, next: schedule.next?.toISOString() }, 'updates are scheduled');
  }

  function follow(duties: Duties): void {
    if (JSON.stringify(duties.update) !== scheduled) {
      scheduled = JSON.stringify(duties.update);
      reschedule(duties.update).catch((error: unknown) =>
        logger.error({ err: error }, 'updates cannot be scheduled'),
      );
    }
    unwatch();
    const { stopWhenUnused } = duties;
    if (stopWhenUnused === null) return;
    unwatch = watchUnused({
      leases: layout.leases,
      grace: stopWhenUnused.graceSeconds * 1_000,
      logger,
      onUnused: () => unused.abort(),
    });
  }

  const unfollow = await followDuties(layout.duties, follow, logger);
  return {
    unused: unused.signal,
    async close() {
      stop.abort();
      unfollow();
      unwatch();
      schedule?.stop();
      await update;
    },
  };
}

/**
 * One that was broken off, or in which nothing could be done, does not count: it is made up for at the next opportunity. Neither does one of
 * which something has to wait, once nobody does that any more.
 */
async function lastRun(layout: Layout): Promise<Date | undefined> {
  const last = await readLastUpdate(layout.update);
  if (last === undefined || last.result === 'interrupted' || last.result === 'failed') return undefined;
  const waits = last.images.some((image) => image.waits !== undefined);
  if (waits && (await readPause(layout.updateWaits)) === undefined) return undefined;
  return new Date(last.started);
}

/** Never rejects. */
async function updateInBackground(
  layout: Layout,
  { launch, env }: CliContext,
  stop: AbortSignal,
  logger: Logger,
): Promise<void> {
  try {
    const end = await runBeside({
      program: launch.program,
      args: [...launch.args, 'update', '--scheduled', '--path', layout.root, '--wait', WAIT_FOR_MIRROR],
      env: { ...env, [SUPERVISED]: '1' },
      stop,
      stopTimeout: STOP_UPDATE_MS,
      onLine: (line) => logger.warn({ line }, 'the update says'),
    });
    logEnd(end, logger);
  } catch (error) {
    logger.error({ err: error }, 'an update cannot be started');
  }
}

function logEnd({ code, signal }: BesideEnd, logger: Logger): void {
  if (code === EXIT.ok) logger.info('the update has ended');
  else logger.warn({ code, signal }, 'the update did not do everything');
}
