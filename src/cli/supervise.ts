import { DEFAULT_BACKOFF } from '../host/backoff.js';
import { SUPERVISED } from '../host/parent-watch.js';
import { RotatingLog } from '../host/rotating-log.js';
import { supervise } from '../host/supervisor/supervisor.js';
import { type Layout, layoutOf } from '../render/layout.js';
import { isHeld, readLeases } from '../upkeep/leases.js';
import { startChores } from './chores.js';
import type { CliContext, Command, Launch } from './command.js';
import { EXIT } from './exit-code.js';
import { mirrorPath, PATH_OPTION } from './location.js';

/** How many set-aside log files are kept besides the current one. */
export const LOG_FILES_KEPT = 5;
const LOG_MAX_BYTES = 10 * 1024 * 1024;
const LOG_PENDING_BYTES = 4 * 1024 * 1024;
const LOG_RETRY_MS = 1_000;
/**
 * What the mirror may take beyond `http.draintimeout`, in milliseconds. `docker-mirror stop` is more impatient; this is for a SIGTERM
 * from elsewhere, such as a host that shuts down.
 */
const STOP_MARGIN_MS = 90_000;
/** Seconds; the settings' own default. */
const DEFAULT_DRAIN = 30;

/** `docker-mirror supervise`: what `start` leaves running in the background. */
export const superviseCommand: Command = {
  usage: 'supervise',
  summary: 'Run the mirror, and run it again when it dies; started by "start"',
  options: {
    ...PATH_OPTION,
    drain: {
      type: 'number',
      describe: 'Seconds that the mirror gives its transfers',
      defaultText: String(DEFAULT_DRAIN),
    },
  },
  examples: [],
  internal: true,
  async run(args, context) {
    const layout = layoutOf(mirrorPath(args, context));
    const log = openLog(layout.log);
    // Loaded when it is needed: other commands start faster without.
    const { jsonLogger } = await import('../host/log.js');
    const logger = jsonLogger({ level: 'info', fields: { component: 'supervisor' } }, log);
    context.onCrash((error) => logger.fatal({ err: error }, 'the supervisor crashed'));
    const { program, args: words } = supervisedProgram(args.rest, layout.config, context);
    try {
      for (;;) {
        const chores = args.rest.length === 0 ? await startChores(layout, context, logger) : undefined;
        const unused = chores?.unused ?? new AbortController().signal;
        const result = await supervise({
          runFolder: layout.run,
          program,
          args: words,
          env: { ...context.env, [SUPERVISED]: '1' },
          backoff: DEFAULT_BACKOFF,
          stopTimeout: (args.number('drain') ?? DEFAULT_DRAIN) * 1_000 + STOP_MARGIN_MS,
          finalStatuses: [EXIT.usage, EXIT.config],
          onLine: (line) => log.write(line),
          onEvent: (level, message, fields) => logger[level](fields, message),
          stop: AbortSignal.any([context.interrupted, unused]),
        }).finally(() => chores?.close());
        // Who took a lease while it was stopping found it still answering.
        if (unused.aborted && !context.interrupted.aborted && (await isNeeded(layout))) continue;
        return result.outcome === 'failed' ? EXIT.failed : EXIT.ok;
      }
    } finally {
      await log.close();
    }
  },
};

async function isNeeded({ leases }: Layout): Promise<boolean> {
  const now = new Date();
  return (await readLeases(leases)).some((lease) => isHeld(lease, now));
}

function supervisedProgram(rest: readonly string[], config: string, { launch }: CliContext): Launch {
  const [program, ...args] = rest;
  if (program !== undefined) return { program, args };
  return { program: launch.program, args: [...launch.args, 'serve', config] };
}

function openLog(path: string): RotatingLog {
  return new RotatingLog(path, {
    maxBytes: LOG_MAX_BYTES,
    keep: LOG_FILES_KEPT,
    maxPending: LOG_PENDING_BYTES,
    retryAfter: LOG_RETRY_MS,
    lostLine: (lost, reason) =>
      JSON.stringify({
        level: 'error',
        time: new Date().toISOString(),
        component: 'supervisor',
        lost,
        reason,
        msg: 'log lines were lost: the log could not be written',
      }),
  });
}
