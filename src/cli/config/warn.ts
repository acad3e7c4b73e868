import { describeSettingsProblem, type SettingsProblem } from '../../settings/settings-file.js';
import type { CliContext } from '../command.js';

/** Says on standard error which lines of a file of settings are strange. */
export function warnOf(problems: readonly SettingsProblem[], { stderr }: CliContext): void {
  for (const problem of problems) stderr.write(`warning: ${describeSettingsProblem(problem)}\n`);
}
