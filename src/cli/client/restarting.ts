import { existsSync } from 'node:fs';
import { run } from '../../host/exec.js';
import type { Action, Wanted } from '../../render/host/wanted.js';
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

/** Has services read their files again when one of these changed, and when the change is undone. */
export function unitActions(
  verb: 'reload' | 'try-restart',
  units: readonly string[],
  on: readonly string[],
): { readonly before: readonly Wanted[]; readonly after: readonly Wanted[] } {
  const actions = units.map((unit): Action => ({ kind: 'unit', verb, unit, scope: 'system' }));
  return {
    before: actions.map((action) => ({ kind: 'after-undo', action })),
    after: actions.map((action) => ({ kind: 'action', action, on })),
  };
}
