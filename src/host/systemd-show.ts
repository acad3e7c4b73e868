import { existsSync } from 'node:fs';
import { MirrorError } from '../errors.js';
import { run } from './exec.js';

/** Whose systemd: that of the host or that of this user. */
export type SystemdScope = 'system' | 'user';

/** What systemd tells of a unit. Times are ISO 8601; null: never, or not known. */
export interface UnitState {
  /** Whether there is such a unit at all. */
  readonly isLoaded: boolean;
  /** The command line of a service, as systemd writes it; empty for others. */
  readonly command: string;
  /** `active`, `inactive`, `failed`, `activating`… */
  readonly active: string;
  readonly mainPid: number | null;
  readonly since: string | null;
  readonly restarts: number;
  /** Of a service that has run: `success`, `exit-code`, `timeout`… */
  readonly result: string;
  /** Of a timer. */
  readonly next: string | null;
  readonly last: string | null;
}

const PROPERTIES = [
  'LoadState',
  'ActiveState',
  'ExecStart',
  'MainPID',
  'ActiveEnterTimestamp',
  'NRestarts',
  'Result',
  'NextElapseUSecRealtime',
  'LastTriggerUSec',
];

/** There when systemd is the first process of this host (sd_booted(3)). */
const BOOTED = '/run/systemd/system';

/** Milliseconds. */
const PATIENCE = 3_000;

/**
 * What systemd tells of a unit.
 * @returns undefined where there is no systemd, or it does not answer this user
 */
export async function showUnit(unit: string, scope: SystemdScope): Promise<UnitState | undefined> {
  if (!existsSync(BOOTED)) return undefined;
  const words = [`--${scope}`, 'show', unit, `--property=${PROPERTIES.join(',')}`];
  try {
    // Times come in the zone of who asks; to have them as numbers, older versions know no way.
    const { stdout } = await run('systemctl', words, { timeout: PATIENCE, env: { TZ: 'UTC', LC_ALL: 'C' } });
    return parseUnit(stdout);
  } catch (error) {
    // No systemd, or none that answers: then nothing is known of units.
    if (error instanceof MirrorError) return undefined;
    throw error;
  }
}

/** Reads what `systemctl show` printed: `NAME=VALUE` lines, times as `Sat 2026-01-03 02:00:00 UTC`. */
export function parseUnit(text: string): UnitState {
  const values = new Map(
    text.split('\n').flatMap((line) => {
      const equals = line.indexOf('=');
      return equals > 0 ? [[line.slice(0, equals), line.slice(equals + 1)] as const] : [];
    }),
  );
  const pid = Number(values.get('MainPID') ?? 0);
  return {
    isLoaded: values.get('LoadState') === 'loaded',
    command: values.get('ExecStart') ?? '',
    active: values.get('ActiveState') ?? 'unknown',
    mainPid: pid > 0 ? pid : null,
    since: timeOf(values.get('ActiveEnterTimestamp')),
    restarts: Number(values.get('NRestarts') ?? 0) || 0,
    result: values.get('Result') ?? '',
    next: timeOf(values.get('NextElapseUSecRealtime')),
    last: timeOf(values.get('LastTriggerUSec')),
  };
}

function timeOf(text: string | undefined): string | null {
  const match = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC$/.exec(text ?? '');
  return match === null ? null : `${match[1]}T${match[2]}.000Z`;
}
