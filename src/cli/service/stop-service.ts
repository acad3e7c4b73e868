import { SERVICE_UNIT, SOCKET_UNIT, TIMER_UNIT, UPDATE_UNIT } from '../../render/unit-names.js';
import type { CliContext } from '../command.js';
import type { InstalledService } from './installed-service.js';
import { isRunning, needRoot, systemctl } from './units-at-work.js';

/**
 * Stops a service: the socket too, as the next connection would start it again, and the timer, whose update would. All of them start
 * with the host again.
 * @throws CommandFailure, CommandError
 */
export async function stopService({ scope }: InstalledService, { uid }: CliContext): Promise<void> {
  needRoot(scope, uid, 'stop');
  const units = [TIMER_UNIT, UPDATE_UNIT, SOCKET_UNIT, SERVICE_UNIT];
  const states = await Promise.all(units.map((unit) => isRunning(unit, scope)));
  const running = units.filter((_, index) => states[index] === true);
  if (running.length > 0) await systemctl('stop', running, scope);
}
