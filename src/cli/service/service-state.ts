import { type ManagerScope, unitProperties } from '../../host/systemd/manager.js';
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

const PROPERTIES = ['ActiveState', 'SubState', 'MainPID', 'ExecMainStartTimestamp', 'NRestarts', 'Result'];

/**
 * Asks systemd how a mirror is; undefined for one that is no service.
 * @throws CommandError
 */
export async function serviceState(layout: Layout, context: CliContext): Promise<ServiceState | undefined> {
  const service = await installedService(layout, context);
  if (service === undefined) return undefined;
  const { scope } = service;
  const [unit, socket] = await Promise.all([
    unitProperties(SERVICE_UNIT, scope, PROPERTIES),
    unitProperties(SOCKET_UNIT, scope, ['ActiveState']),
  ]);
  const active = unit.get('ActiveState') ?? '';
  const listens = socket.get('ActiveState') === 'active';
  const pid = Number(unit.get('MainPID') ?? 0);
  return {
    service,
    running: ['active', 'activating', 'reloading'].includes(active),
    pid: pid > 0 ? pid : undefined,
    since: pid > 0 ? asTime(unit.get('ExecMainStartTimestamp')) : undefined,
    restarts: Number(unit.get('NRestarts') ?? 0),
    problem: problemOf(active, unit.get('Result') ?? '', listens, scope),
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

/** `@SECONDS` since 1970, as systemctl prints times. */
function asTime(text: string | undefined): string | undefined {
  const seconds = Number(/^@(\d+)/.exec(text ?? '')?.[1]);
  return seconds > 0 ? new Date(seconds * 1_000).toISOString() : undefined;
}
