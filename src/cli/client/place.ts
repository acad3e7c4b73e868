import { join } from 'node:path';
import type { ArgumentSpec, Arguments, CliContext } from '../command.js';

/** For engines that run for one user. */
export const USER_OPTION = {
  user: {
    type: 'flag',
    describe: 'The files of this user, for an engine without root',
    defaultText: 'yes for everybody but root',
  },
} as const satisfies Readonly<Record<string, ArgumentSpec>>;

/** Whether the files of one user are meant, and not those of the host. */
export function isForUser(args: Arguments, { uid }: Pick<CliContext, 'uid'>): boolean {
  return args.flag('user') || (uid !== undefined && uid !== 0);
}

/** The folder of a user's settings (XDG base directory specification; relative paths are ignored, as it says). */
export function userConfigFolder({ env, home }: Pick<CliContext, 'env' | 'home'>): string {
  const asked = env['XDG_CONFIG_HOME'];
  return asked?.startsWith('/') === true ? asked : join(home, '.config');
}
