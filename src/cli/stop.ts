import { layoutOf } from '../render/layout.js';
import type { Arguments, Command } from './command.js';
import { UsageError } from './errors.js';
import { EXIT } from './exit-code.js';
import { mirrorPath, PATH_OPTION } from './location.js';
import { STOP_TIMEOUT_MS, stopMirror } from './stop-mirror.js';

/** The option that says how long transfers may take to finish. */
export const TIMEOUT_OPTION = {
  timeout: {
    type: 'number',
    describe: 'Seconds that running transfers may take to finish before they are cut off',
    defaultText: String(STOP_TIMEOUT_MS / 1_000),
  },
} as const;

/** The time asked for, in milliseconds. */
export function stopTimeout(args: Arguments): number {
  const seconds = args.number('timeout') ?? STOP_TIMEOUT_MS / 1_000;
  if (seconds < 0 || seconds > 86_400)
    throw new UsageError('--timeout is a number of seconds from 0 to 86400');
  return seconds * 1_000;
}

/** `docker-mirror stop` */
export const stopCommand: Command = {
  usage: 'stop',
  summary: 'Stop the mirror; stopping one that does not run is no error',
  options: { ...PATH_OPTION, ...TIMEOUT_OPTION },
  examples: [
    ['$0 stop', 'let transfers finish, at most 30 seconds'],
    ['$0 stop --timeout 0', 'at once'],
  ],
  async run(args, context) {
    const path = mirrorPath(args, context);
    const result = await stopMirror(layoutOf(path), stopTimeout(args));
    const texts = {
      'was not running': `The mirror in ${path} was not running.`,
      stopped: `The mirror in ${path} has stopped.`,
      killed: `The mirror in ${path} did not end in time and was killed. Nothing that was stored is lost.`,
    };
    context.stdout.write(`${texts[result]}\n`);
    return EXIT.ok;
  },
};
