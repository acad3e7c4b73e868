import { describeWarning } from '../../kconfig/errors.js';
import {
  describeSettingsProblem,
  type OpenConfiguration,
  openConfiguration,
  type SettingsProblem,
} from '../../settings/settings-file.js';
import type { Arguments, CliContext } from '../command.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { changesBetween, describeChange, valuesOf } from './changes.js';

/** Settings that a command works on. */
export interface Session extends OpenConfiguration {
  /** What every symbol was when the settings were read. */
  readonly before: ReadonlyMap<string, string>;
}

/**
 * Reads the Kconfig files and the settings, and says on standard error what is strange in them.
 * @throws KconfigError, SettingsFileError, FileError
 */
export async function openSession(args: Arguments, context: CliContext): Promise<Session> {
  const { env, cwd } = context;
  const open = await openConfiguration(env, { kconfig: args.text('kconfig'), cwd });
  const { messages, warnings } = open.configuration.kconfig;
  for (const message of messages) context.stderr.write(`${message}\n`);
  for (const warning of warnings) context.stderr.write(`warning: ${describeWarning(warning)}\n`);
  warnOf(open.problems, context);
  return { ...open, before: valuesOf(open.configuration) };
}

/** Says on standard error which lines of a file of settings are strange. */
export function warnOf(problems: readonly SettingsProblem[], { stderr }: CliContext): void {
  for (const problem of problems) stderr.write(`warning: ${describeSettingsProblem(problem)}\n`);
}

/** Writes the settings, or with `--dry-run` shows what would change, and says so as the original does. */
export async function saveSession(session: Session, args: Arguments, context: CliContext): Promise<ExitCode> {
  if (args.flag('dry-run')) return showChanges(session, context);
  const written = await session.save();
  context.stdout.write(
    written ? `#\n# configuration written to ${session.file}\n#\n` : `#\n# No change to ${session.file}\n#\n`,
  );
  return EXIT.ok;
}

/** What would change, one symbol a line. */
export function showChanges(
  { before, configuration, file, readFrom }: Session,
  { stdout }: CliContext,
): ExitCode {
  const changes = changesBetween(before, valuesOf(configuration));
  for (const change of changes) stdout.write(`${describeChange(change)}\n`);
  const isNew = readFrom !== file;
  const what = isNew ? 'would be made' : changes.length === 0 ? 'would keep its values' : 'would be written';
  stdout.write(`${file} ${what}; nothing was written.\n`);
  return EXIT.ok;
}
