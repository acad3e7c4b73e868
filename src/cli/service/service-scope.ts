import { hasUserManager, isBooted } from '../../host/systemd/manager.js';
import type { UnitScope } from '../../render/host/wanted.js';
import type { CliContext } from '../command.js';

/** Says, with `n`, that systemd is left alone although it is there. */
export const SYSTEMD_VARIABLE = 'DOCKER_MIRROR_SYSTEMD';

/**
 * Whose systemd the mirror is to be a service of: the host's for root, a user's own otherwise; undefined where there is none, and when it
 * is to be left alone.
 */
export async function serviceScope({ env, uid, settings }: CliContext): Promise<UnitScope | undefined> {
  if (env[SYSTEMD_VARIABLE] === 'n' || !(await isBooted())) return undefined;
  const is = (symbol: string) => settings.written(symbol, env) === 'y';
  if (uid === 0 && !is('DOCKER_MIRROR_MODE_USER')) return 'system';
  // A mirror of the host that is shared by people without root runs without units.
  if (is('DOCKER_MIRROR_MODE_SYSTEM')) return undefined;
  return (await hasUserManager()) ? 'user' : undefined;
}
