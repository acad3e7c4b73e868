import { showUnit, type UnitState } from '../../host/systemd/unit-state.js';
import type { Layout } from '../../render/layout.js';
import { TIMER_UNIT, UPDATE_UNIT } from '../../render/unit-names.js';
import type { CliContext } from '../command.js';
import { type ServiceState, serviceState } from '../service/service-state.js';

/** The units of a mirror, as far as it has any. */
export interface MirrorUnits {
  readonly service: ServiceState | undefined;
  readonly timer: UnitState | undefined;
  /** The nightly update. */
  readonly update: UnitState | undefined;
}

/** What systemd tells of the mirror in that folder. */
export async function unitsOf(layout: Layout, context: CliContext): Promise<MirrorUnits> {
  const service = await serviceState(layout, context);
  if (service === undefined) return { service, timer: undefined, update: undefined };
  const [timer, update] = await Promise.all(
    [TIMER_UNIT, UPDATE_UNIT].map(async (unit) => {
      const state = await showUnit(unit, service.service.scope);
      return state?.isLoaded === true ? state : undefined;
    }),
  );
  return { service, timer, update };
}
