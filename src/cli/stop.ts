import { isMissing } from '../errors.js';
import { type Layout, layoutOf } from '../render/layout.js';
import type { Arguments, CliContext, Command } from './command.js';
import { drainTime } from './drain-time.js';
import { configProblems } from './engine-port.js';
import { UsageError } from './errors.js';
import { EXIT } from './exit-code.js';
import { mirrorPath, PATH_OPTION } from './location.js';
import { installedService } from './service/installed-service.js';
import { stopService } from './service/stop-service.js';
import { stopMirror } from './stop-mirror.js';

/** What the mirror may need beyond `http.draintimeout`, to cut off what is left and to let go of its files. Milliseconds. */
const MARGIN_MS = 10_000;

/** The option that says how long transfers may take to finish. */
export const TIMEOUT_OPTION = {
  timeout: {
    type: 'number',
    describe: 'Seconds that running transfers may take to finish before they are cut off',
    defaultText: `http.draintimeout of config.yml and ${MARGIN_MS / 1_000} more`,
  },
} as const;

/**
 * The time asked for, in milliseconds; else somewhat longer than the mirror itself gives its transfers.
 * @throws UsageError
 */
export async function stopTimeout(args: Arguments, layout: Layout, context: CliContext): Promise<number> {
  const seconds = args.number('timeout');
  if (seconds === undefined) return (await configuredDrain(layout, context)) + MARGIN_MS;
  if (seconds < 0 || seconds > 86_400)
    throw new UsageError('--timeout is a number of seconds from 0 to 86400');
  return seconds * 1_000;
}

async function configuredDrain(layout: Layout, { engine, env }: CliContext): Promise<number> {
  try {
    return drainTime((await engine.loadConfig(layout.config, env)).config.http);
  } catch (error) {
    // A file that has become wrong, or is gone, must not keep the mirror from being stopped.
    if (configProblems(error) === undefined && !isMissing(error)) throw error;
    return drainTime({});
  }
}

/** `docker-mirror stop` */
export const stopCommand: Command = {
  usage: 'stop',
  summary: 'Stop the mirror; stopping one that does not run is no error',
  options: { ...PATH_OPTION, ...TIMEOUT_OPTION },
  examples: [
    ['$0 stop', 'let transfers finish, as long as http.draintimeout says'],
    ['$0 stop --timeout 0', 'at once'],
  ],
  async run(args, context) {
    const path = mirrorPath(args, context);
    const layout = layoutOf(path);
    const service = await installedService(layout, context);
    if (service !== undefined) {
      await stopService(service, context);
      context.stdout.write(`The mirror in ${path} has stopped.\n`);
      return EXIT.ok;
    }
    const result = await stopMirror(layout, await stopTimeout(args, layout, context));
    const texts = {
      'was not running': `The mirror in ${path} was not running.`,
      stopped: `The mirror in ${path} has stopped.`,
      killed: `The mirror in ${path} did not end in time and was killed. Nothing that was stored is lost.`,
    };
    context.stdout.write(`${texts[result]}\n`);
    return EXIT.ok;
  },
};
