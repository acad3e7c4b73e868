import { search } from '../kconfig/search.js';
import { MenuPrompt } from '../menuconfig/prompt.js';
import { type MenuEnd, MenuSession } from '../menuconfig/session.js';
import { settingsOnDisk } from '../menuconfig/settings-on-disk.js';
import { terminalKind, usableSize } from '../menuconfig/terminal-kind.js';
import { describeSettingsProblem } from '../settings/settings-file.js';
import type { Arguments, CliContext } from './command.js';
import { openSession } from './config/session.js';
import { Interrupted } from './errors.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { describeError } from './report.js';

/**
 * Shows the menu until it is left.
 * @throws KconfigError, SettingsFileError, FileError, Interrupted
 */
export async function runMenu(args: Arguments, context: CliContext): Promise<ExitCode> {
  const { configuration, place, problems } = await openSession(args, context);
  const file = await settingsOnDisk(configuration, place);
  const { stdin, stdout } = process;
  const session = new MenuSession(
    {
      configuration,
      prefix: place.prefix,
      file,
      search: (text) => search(configuration.kconfig, text),
    },
    usableSize(stdout.columns, stdout.rows),
  );
  if (problems.length > 0) session.tell(file.name, problems.map(describeSettingsProblem));
  const prompt = new MenuPrompt(session, terminalKind(context.env), stdin, stdout);
  const end = await guarded(prompt, context);
  return report(end, place.file, context);
}

/** The terminal is given back before anything is said about a signal or a defect. */
async function guarded(prompt: MenuPrompt, context: CliContext): Promise<MenuEnd> {
  const onSignal = () =>
    prompt.abandon(new Interrupted('the menu was ended from outside; what was not saved is lost'));
  context.onCrash((error) => {
    prompt.close();
    context.stderr.write(describeError(error));
  });
  context.interrupted.addEventListener('abort', onSignal, { once: true });
  try {
    if (context.interrupted.aborted) throw new Interrupted('the menu was not opened');
    return await prompt.run();
  } finally {
    context.interrupted.removeEventListener('abort', onSignal);
    context.onCrash((error) => context.stderr.write(describeError(error)));
  }
}

function report(end: MenuEnd, path: string, { stdout }: CliContext): ExitCode {
  stdout.write(
    end.isSaved ? `\n*** The settings are in ${path}\n` : '\n*** The changed settings were NOT saved.\n',
  );
  return end.isInterrupted ? EXIT.interrupted : EXIT.ok;
}
