import type { ManagerScope } from '../../host/systemd/manager.js';
import { showUnit } from '../../host/systemd/unit-state.js';
import type { Layout } from '../../render/layout.js';
import { SERVICE_UNIT, SOCKET_UNIT } from '../../render/unit-names.js';
import type { CliContext } from '../command.js';
import { type InstalledService, installedService } from './installed-service.js';

/** What systemd knows of a mirror that is a service. */
export interface ServiceState {
  readonly service: InstalledService;
  /** Whether systemd runs it, is about to, or would at the next connection. */
  readonly running: boolean;
  /** The mirror's process; undefined when there is none. */
  readonly pid: number | undefined;
  /** When that was started, ISO 8601. */
  readonly since: string | undefined;
  /** How often systemd has started it again by itself. */
  readonly restarts: number;
  /** Why it is not as it should be; undefined when it is. */
  readonly problem: string | undefined;
}

/** Asks systemd how a mirror is; undefined for one that is no service. */
export async function serviceState(layout: Layout, context: CliContext): Promise<ServiceState | undefined> {
  const service = await installedService(layout, context);
  if (service === undefined) return undefined;
  const { scope } = service;
  const [unit, socket] = await Promise.all([showUnit(SERVICE_UNIT, scope), showUnit(SOCKET_UNIT, scope)]);
  const active = unit?.active ?? 'unknown';
  const pid = unit?.mainPid ?? undefined;
  return {
    service,
    running: ['active', 'activating', 'reloading'].includes(active),
    pid,
    since: pid === undefined ? undefined : (unit?.since ?? undefined),
    restarts: unit?.restarts ?? 0,
    problem: problemOf(active, unit?.result ?? '', socket?.active === 'active', scope),
  };
}

function problemOf(
  active: string,
  result: string,
  listens: boolean,
  scope: ManagerScope,
): string | undefined {
  const user = scope === 'user' ? ' --user' : '';
  if (active === 'failed') return `it failed (${result}); "journalctl${user} -u docker-mirror" tells more`;
  if (active === 'active' || active === 'reloading') return undefined;
  if (active === 'activating') return 'it is starting';
  return listens ? 'it starts with the next connection' : undefined;
}
