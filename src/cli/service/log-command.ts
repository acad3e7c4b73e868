import type { UnitScope } from '../../render/host/wanted.js';

/** How people see the log of the service. */
export function logCommand(scope: UnitScope): string {
  return `journalctl ${scope === 'user' ? '--user ' : ''}-u docker-mirror`;
}
