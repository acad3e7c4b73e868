import { existsSync } from 'node:fs';
import { run } from '../../host/exec.js';
import type { Action } from '../../render/host/wanted.js';
import type { ArgumentSpec } from '../command.js';

/** For engines that read their files only when they start. */
export const RESTART_OPTION = {
  restart: { type: 'flag', describe: 'Restart the engine when it has to be' },
} as const satisfies Readonly<Record<string, ArgumentSpec>>;

/** Of some services of systemd, those that run; none where there is no systemd. */
export async function runningUnits(names: readonly string[]): Promise<string[]> {
  if (!existsSync('/run/systemd/system')) return [];
  const { stdout } = await run('systemctl', ['is-active', ...names], { accept: [1, 3, 4] });
  const states = stdout.split('\n');
  return names.filter((_, index) => states[index] === 'active');
}

/** Has services read their files again. */
export function unitActions(verb: 'reload' | 'try-restart', units: readonly string[]): Action[] {
  return units.map((unit) => ({ kind: 'unit', verb, unit, scope: 'system' }));
}
