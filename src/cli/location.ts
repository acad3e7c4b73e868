import { join, resolve } from 'node:path';
import type { ArgumentSpec, Arguments, CliContext } from './command.js';
import { CommandFailure, UsageError } from './errors.js';

/** In the settings it stands for the usual folder; for root it is that folder. */
export const USUAL_PATH = '/mirror/docker';

/** The name of the usual folder of everybody else, under `$XDG_DATA_HOME`. */
const USER_FOLDER = 'docker-mirror';

/** The options that say which mirror is meant. */
export const PATH_OPTION: Readonly<Record<'path', ArgumentSpec>> = {
  path: {
    type: 'text',
    describe: "The mirror's folder",
    defaultText: `$DOCKER_MIRROR_PATH, else that of .config: ${USUAL_PATH} for root and ~/.local/share/${USER_FOLDER} for others, unless changed`,
  },
};

/** What decides which mirror is meant. */
export type LocationContext = Pick<CliContext, 'env' | 'uid' | 'home' | 'cwd' | 'settings'>;

/**
 * The folder of the mirror that is meant: the option, the environment, the `.config`, or the usual one for this user (XDG base directory
 * specification).
 * @throws UsageError, CommandFailure when it is empty or not usable as a path
 */
export function mirrorPath(args: Arguments, context: LocationContext): string {
  const asked = args.text('path') ?? nonEmpty(context.env['DOCKER_MIRROR_PATH']);
  if (asked === undefined) return settledPath(context);
  if (asked === '') throw new UsageError('--path needs a folder');
  if (/\p{Cc}/u.test(asked)) throw new UsageError('the path of the mirror holds a control character');
  return resolve(context.cwd, asked);
}

/**
 * The port that was asked for explicitly, by option or environment; undefined when none was.
 * @throws UsageError when it is no port
 */
export function askedPort(args: Arguments, context: Pick<CliContext, 'env'>): number | undefined {
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

function settledPath(context: LocationContext): string {
  const written = nonEmpty(context.settings.written('DOCKER_MIRROR_PATH', context.env));
  if (written === undefined || written === USUAL_PATH) return usualPath(context);
  if (written.startsWith('/') && !/\p{Cc}/u.test(written)) return resolve(written);
  throw new CommandFailure('DOCKER_MIRROR_PATH of .config is no absolute path', {
    hint: 'change it with "docker-mirror config set DOCKER_MIRROR_PATH=/some/folder" or "make menuconfig"',
  });
}

function usualPath({ env, uid, home, settings }: LocationContext): string {
  const is = (symbol: string) => settings.written(symbol, env) === 'y';
  // The command that is installed for the whole host speaks of the host's mirror, whoever types it.
  if (is('DOCKER_MIRROR_MODE_SYSTEM') || settings.isOfHost?.(env) === true) return USUAL_PATH;
  if (uid === 0 && !is('DOCKER_MIRROR_MODE_USER')) return USUAL_PATH;
  const data = nonEmpty(env['XDG_DATA_HOME']);
  // The specification has relative paths ignored.
  const base = data?.startsWith('/') === true ? data : join(home, '.local', 'share');
  return join(base, USER_FOLDER);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
