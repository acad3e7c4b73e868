import { type SystemdScope, showUnit, type UnitState } from '../../host/systemd-show.js';
import type { Layout } from '../../render/layout.js';
import type { CliContext } from '../command.js';

/** The units of a mirror, as far as it has any. */
export interface MirrorUnits {
  readonly service: UnitState | undefined;
  readonly timer: UnitState | undefined;
  /** The nightly update. */
  readonly update: UnitState | undefined;
}

const NONE: MirrorUnits = { service: undefined, timer: undefined, update: undefined };

/** What systemd tells of the mirror in that folder: that of the host is asked first, then that of the user. */
export async function unitsOf({ config }: Layout, { env }: Pick<CliContext, 'env'>): Promise<MirrorUnits> {
  if (env['DOCKER_MIRROR_SYSTEMD'] === 'n') return NONE;
  for (const scope of ['system', 'user'] satisfies SystemdScope[]) {
    const show = async (unit: string) => {
      const state = await showUnit(unit, scope);
      return state?.isLoaded === true ? state : undefined;
    };
    const service = await show('docker-mirror.service');
    // The service of another mirror says nothing about this one.
    if (service === undefined || !service.command.includes(config)) continue;
    const [timer, update] = await Promise.all(
      ['docker-mirror-update.timer', 'docker-mirror-update.service'].map(show),
    );
    return { service, timer, update };
  }
  return NONE;
}
