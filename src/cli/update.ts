import { join } from 'node:path';
import { onSupervisorGone } from '../host/parent-watch.js';
import { layoutOf } from '../render/layout.js';
import type { Arguments, CliContext, Command } from './command.js';
import { UsageError } from './errors.js';
import { EXIT } from './exit-code.js';
import { mirrorPath, PATH_OPTION } from './location.js';
import { describeWarning } from './report.js';
import { reportEnd, reportWaiting, tellGoingAhead } from './report-update.js';
import { leaveRoot } from './update-as-owner.js';
import { updatePrinter } from './update-printer.js';

/** The options of every command that fetches images. */
export const FETCH_OPTIONS = {
  ...PATH_OPTION,
  wait: { type: 'number', describe: 'Seconds that the mirror may take to answer first', defaultText: '0' },
  json: { type: 'flag', describe: 'Print a JSON object for each step, for programs' },
} as const;

/** `docker-mirror update` */
export const updateCommand: Command = {
  usage: 'update',
  summary:
    'Have the mirror fetch what is missing or has changed of the images to keep ready (exit 0 all, 1 some failed, 2 none)',
  options: {
    ...FETCH_OPTIONS,
    'dry-run': { type: 'flag', describe: 'Only list the images; nobody is asked' },
    scheduled: {
      type: 'flag',
      describe:
        'Keep to the time of day of the settings, and wait for it and for the rate limits of registries',
    },
  },
  examples: [
    ['$0 update', 'the images of images/manifest.txt and of the settings'],
    ['$0 update --dry-run', 'which ones these are'],
  ],
  async run(args, given) {
    const layout = layoutOf(mirrorPath(args, given));
    const wait = waitTime(args);
    // Loaded when it is needed: other commands start faster without.
    if (args.flag('dry-run')) {
      const { listWanted } = await import('./update-dry-run.js');
      return await listWanted(layout, args, given);
    }
    const { context, prepare } = await leaveRoot(layout, wait, given);
    const { runUpdate } = await import('../images/run-update.js');
    const printer = updatePrinter(context.stdout, args.flag('json'));
    const signal = AbortSignal.any([context.interrupted, supervisorGone(context)]);
    const warn = (text: string) => printer.above(() => context.stderr.write(text));
    const pass = (window?: AbortSignal) =>
      runUpdate({
        record: layout.update,
        lock: join(layout.run, 'update'),
        logs: layout.logs,
        attachedMemory: layout.attached,
        signal,
        ...(window === undefined ? {} : { window }),
        prepare: () => prepare({ ...context, interrupted: signal }),
        onEvent: printer.show,
        onWarning: (error) => warn(describeWarning(error)),
      });
    try {
      if (!args.flag('scheduled')) {
        await tellGoingAhead(layout, warn);
        return reportEnd(await pass(), args, context);
      }
      const { scheduledUpdate } = await import('./scheduled-update.js');
      const end = await scheduledUpdate({ layout, context, signal, pass, show: printer.show, warn });
      if (end.kind === 'waits') return reportWaiting(end.pause, args, context);
      if (end.kind === 'stopped') return EXIT.interrupted;
      const code = reportEnd(end, args, context);
      // It was told to end while it waited.
      return signal.aborted && code === EXIT.failed ? EXIT.interrupted : code;
    } finally {
      printer.end();
    }
  },
};

/** A scheduled update ends with the supervisor that began it, even when that was killed. */
function supervisorGone({ env }: CliContext): AbortSignal {
  const gone = new AbortController();
  onSupervisorGone(env, process.stdin, () => gone.abort());
  return gone.signal;
}

/** Milliseconds. @throws UsageError */
export function waitTime(args: Arguments): number {
  const seconds = args.number('wait') ?? 0;
  if (seconds < 0 || seconds > 86_400) throw new UsageError('--wait is a number of seconds from 0 to 86400');
  return seconds * 1_000;
}
