import type { Layout } from '../render/layout.js';
import { overruledSettings } from '../render/overruled.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { CliContext } from './command.js';
import { describeProblem } from './engine-port.js';
import type { PreparedConfig } from './prepare-config.js';

/** Says what of the settings has no effect, and why: silence would be a lie. */
export function tellSettings(
  { settings, port, warnings }: PreparedConfig,
  { asked, keepsEdited }: { asked: number | undefined; keepsEdited: boolean },
  { stderr }: CliContext,
): void {
  for (const problem of settings.problems) stderr.write(`warning: ${problem}\n`);
  for (const { what, symbols } of settings.notYet.asked) {
    stderr.write(`warning: ${symbols.join(', ')}: no effect in this version yet (${what})\n`);
  }
  // Those of a file that stays are told when it is read.
  if (!keepsEdited) {
    for (const warning of warnings) stderr.write(`warning: ${describeProblem(warning)}\n`);
  }
  if (asked === undefined && port.kept !== undefined) {
    stderr.write(
      `note: the port is ${port.kept.port}, as was asked for at an earlier start; ${settings.file} says ${port.kept.over}\n` +
        `hint: DOCKER_MIRROR_PORT=${port.kept.over} goes back to that\n`,
    );
  }
}

/** Says which settings a config.yml that was changed by hand overrules. */
export function tellOverruled(
  wanted: EngineConfig,
  inForce: EngineConfig,
  layout: Layout,
  { stderr }: CliContext,
): void {
  const symbols = overruledSettings(wanted, inForce);
  if (symbols.length === 0) return;
  stderr.write(
    `warning: ${layout.config} was changed by hand and is kept; it overrules ${symbols.join(', ')}\n` +
      `hint: to take the settings over, run "docker-mirror restart --force"; the file is then kept as ${layout.oldConfig}\n`,
  );
}
