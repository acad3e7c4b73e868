import { run } from '../../host/exec.js';
import { unitProperties } from '../../host/systemd/manager.js';
import type { UnitScope } from '../../render/host/wanted.js';
import { CommandFailure } from '../errors.js';

/** Longer than any stop may take. Milliseconds. */
const PATIENCE = 4_000_000;

/** Whether a unit is active. @throws CommandError */
export async function isRunning(unit: string, scope: UnitScope): Promise<boolean> {
  const state = (await unitProperties(unit, scope, ['ActiveState'])).get('ActiveState');
  return state === 'active' || state === 'activating' || state === 'reloading';
}

/**
 * Has systemd do something with units.
 * @throws CommandError
 */
export async function systemctl(
  verb: 'start' | 'stop' | 'restart' | 'reset-failed',
  units: readonly string[],
  scope: UnitScope,
): Promise<void> {
  // 1 from reset-failed: one of them is not loaded, so that no failure of it is remembered.
  const accept = verb === 'reset-failed' ? [1] : [];
  await run('systemctl', [`--${scope}`, verb, ...units], { timeout: PATIENCE, accept });
}

/** Only root may change the host's services. @throws CommandFailure */
export function needRoot(scope: UnitScope, uid: number | undefined, doing: string): void {
  if (scope === 'user' || uid === 0) return;
  throw new CommandFailure(`the mirror is a service of this host: only root may ${doing} it`, {
    hint: 'give the same command with sudo',
  });
}
