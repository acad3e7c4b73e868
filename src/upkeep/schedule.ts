import { createTask, type ScheduledTask } from 'node-cron';
import type { Logger } from '../host/log.js';
import { type Calendar, cronExpression } from './calendar/calendar.js';
import { lastDue } from './calendar/last-due.js';

/** A job that is done when a calendar says so. */
export interface ScheduleOptions {
  readonly calendar: Calendar;
  /** Milliseconds: each run begins up to this much later. */
  readonly randomDelay: number;
  /** When the job was last begun by anybody, if it was done to its end; undefined: never. */
  readonly lastRun: () => Promise<Date | undefined>;
  /** Does the job. Never called while it is under way. */
  readonly run: () => Promise<void>;
  readonly logger: Logger;
}

/** A schedule in force. */
export interface Schedule {
  readonly next: Date | undefined;
  /** Begins no more runs. One that is under way is its own. */
  stop(): void;
}

/** Whether a run has been missed: the first one ever, and one that was due while nobody was there to do it. */
export function isMissed(calendar: Calendar, lastRun: Date | undefined, now: Date): boolean {
  if (lastRun === undefined) return true;
  const due = lastDue(calendar, now);
  return due !== undefined && due > lastRun;
}

/**
 * Does a job when the calendar says so, in its time zone and across changes of the clocks; at once when a run was missed: before it was
 * started, or while the host slept. The one importer of node-cron.
 */
export function startSchedule(options: ScheduleOptions): Schedule {
  const { calendar, randomDelay, logger } = options;
  let running = false;
  let stopped = false;

  async function run(because: string): Promise<void> {
    if (running || stopped) return;
    running = true;
    logger.info({ because, calendar: calendar.text }, 'a scheduled run begins');
    try {
      await options.run();
    } catch (error) {
      logger.error({ err: error }, 'a scheduled run failed');
    } finally {
      running = false;
    }
  }

  async function catchUp(): Promise<void> {
    let last: Date | undefined;
    try {
      last = await options.lastRun();
    } catch (error) {
      logger.warn({ err: error }, 'nobody knows when the last run was: it counts as missed');
    }
    if (isMissed(calendar, last, new Date()))
      await run(last === undefined ? 'it is the first' : 'one was missed');
  }

  const task: ScheduledTask = createTask(cronExpression(calendar), () => run('it is due'), {
    ...(calendar.zone === undefined ? {} : { timezone: calendar.zone }),
    maxRandomDelay: randomDelay,
    suppressMissedWarning: true,
    // A job that takes longer than until the next time is not begun twice; `run` sees to it.
    logger: quiet(logger),
  });
  // The host slept, or was so busy that the moment passed.
  task.on('execution:missed', catchUp);
  void task.start();
  void catchUp();
  return {
    get next() {
      return stopped ? undefined : (task.getNextRun() ?? undefined);
    },
    stop() {
      stopped = true;
      void task.destroy();
    },
  };
}

function quiet(logger: Logger) {
  const debug = (message: string | Error) =>
    logger.debug({ scheduler: String(message) }, 'the scheduler says');
  return { info: debug, warn: debug, error: debug, debug };
}
