import { join, resolve } from 'node:path';
import { DEFAULTS } from '../settings/defaults.js';
import type { ArgumentSpec, Arguments, CliContext } from './command.js';
import { UsageError } from './errors.js';

/** The options that say which mirror is meant. */
export const PATH_OPTION: Readonly<Record<'path', ArgumentSpec>> = {
  path: {
    type: 'text',
    describe: "The mirror's folder",
    defaultText: `$DOCKER_MIRROR_PATH, else ${DEFAULTS.systemPath} for root and ~/.local/share/${DEFAULTS.userFolder} for others`,
  },
};

/** What decides which mirror is meant. */
export type LocationContext = Pick<CliContext, 'env' | 'uid' | 'home' | 'cwd'>;

/**
 * The folder of the mirror that is meant: the option, the environment, or the default for this user (XDG base directory specification).
 * @throws UsageError when it is empty or not usable as a path
 */
export function mirrorPath(args: Arguments, context: LocationContext): string {
  const asked = args.text('path') ?? nonEmpty(context.env['DOCKER_MIRROR_PATH']);
  if (asked === undefined) return defaultPath(context);
  if (asked === '') throw new UsageError('--path needs a folder');
  if (/\p{Cc}/u.test(asked)) throw new UsageError('the path of the mirror holds a control character');
  return resolve(context.cwd, asked);
}

/**
 * The port that was asked for explicitly, by option or environment; undefined when none was.
 * @throws UsageError when it is no port
 */
export function askedPort(args: Arguments, context: LocationContext): number | undefined {
  const option = args.number('port');
  if (option !== undefined) return checkPortNumber(option, '--port');
  const text = nonEmpty(context.env['DOCKER_MIRROR_PORT']);
  if (text === undefined) return undefined;
  return checkPortNumber(/^\d+$/.test(text) ? Number(text) : Number.NaN, `DOCKER_MIRROR_PORT=${text}`);
}

function checkPortNumber(port: number, source: string): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError(`${source}: not a port`, { hint: 'a port is a number from 1 to 65535' });
}

function defaultPath({ env, uid, home }: LocationContext): string {
  if (uid === 0) return DEFAULTS.systemPath;
  const data = nonEmpty(env['XDG_DATA_HOME']);
  // The specification has relative paths ignored.
  const base = data?.startsWith('/') === true ? data : join(home, '.local', 'share');
  return join(base, DEFAULTS.userFolder);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
