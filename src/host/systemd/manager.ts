import { stat } from 'node:fs/promises';
import { isMissing, MirrorError } from '../../errors.js';
import { type RunResult, run } from '../exec.js';

/** Whose manager of services: that of the host or that of a user. */
export type ManagerScope = 'system' | 'user';

/** There when systemd is the first process of this host (sd_booted(3)). */
const BOOTED = '/run/systemd/system';

/** Milliseconds that systemd may take to tell something. */
const PATIENCE = 15_000;

/** What every journalctl is given here. */
const AS_WRITTEN = ['--output=cat', '--no-pager', '--quiet'];

/** Whether systemd runs this host. */
export async function isBooted(): Promise<boolean> {
  try {
    return (await stat(BOOTED)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Whether this user has a systemd of their own that answers. */
export async function hasUserManager(): Promise<boolean> {
  try {
    await run('systemctl', ['--user', 'show-environment'], { timeout: PATIENCE });
    return true;
  } catch (error) {
    if (error instanceof MirrorError) return false;
    throw error;
  }
}

/**
 * Properties of a unit, as `systemctl show` prints them; those that systemd does not know are missing.
 * @throws CommandError
 */
export async function unitProperties(
  unit: string,
  scope: ManagerScope,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const words = [`--${scope}`, 'show', unit, '--timestamp=unix', `--property=${names.join(',')}`];
  const { stdout } = await run('systemctl', words, { timeout: PATIENCE });
  const pairs = stdout.split('\n').flatMap((line) => {
    const equals = line.indexOf('=');
    return equals > 0 ? [[line.slice(0, equals), line.slice(equals + 1)] as const] : [];
  });
  return new Map(pairs);
}

/**
 * Checks a calendar event (systemd.time(7)).
 * @returns why systemd does not take it; undefined when it does
 */
export async function calendarProblem(calendar: string): Promise<string | undefined> {
  const { exitCode, stderr } = await analyze(['calendar', '--iterations=1', '--', calendar]);
  return exitCode === 0 ? undefined : (stderr.split('\n')[0] ?? '');
}

function analyze(words: readonly string[]): Promise<RunResult> {
  return run('systemd-analyze', words, { timeout: PATIENCE, accept: [1] });
}

/**
 * The last lines about a unit, with what systemd says of it, as they were written.
 * @throws CommandError
 */
export async function lastUnitLines(unit: string, scope: ManagerScope, count: number): Promise<string[]> {
  const which = scope === 'user' ? '--user-unit' : '--unit';
  const words = [`${which}=${unit}`, ...AS_WRITTEN, `--lines=${count}`];
  const { stdout } = await run('journalctl', words, { timeout: PATIENCE });
  return stdout.split('\n').filter((line) => line !== '');
}

/** The arguments of journalctl for the last lines that the processes of a unit wrote themselves, as they were written. */
export function journalWords(unit: string, scope: ManagerScope, count: number): string[] {
  const field = scope === 'user' ? '_SYSTEMD_USER_UNIT' : '_SYSTEMD_UNIT';
  return [...AS_WRITTEN, `--lines=${count}`, `${field}=${unit}`];
}
