import { resolve } from 'node:path';
import { formatAutoConf } from '../../kconfig/auto-conf.js';
import { formatDotConfig } from '../../kconfig/dot-config.js';
import { formatHeader } from '../../kconfig/header.js';
import { readSettingsText, writeSettingsText } from '../../settings/settings-text.js';
import type { Arguments, CliContext } from '../command.js';
import { CommandFailure } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { askIfPossible } from './ask.js';
import { openSession, type Session, showChanges } from './session.js';

/** `docker-mirror config syncconfig`: the .config and what is made from it for a build, each written only when it changes. */
export async function syncFiles(args: Arguments, context: CliContext): Promise<ExitCode> {
  const session = await openSession(args, context);
  const mayWrite = (context.env['KCONFIG_NOSILENTUPDATE'] ?? '') === '';
  if (!mayWrite) await refuseChange(session);
  await askIfPossible(session, context);
  if (args.flag('dry-run')) return showChanges(session, context);
  if (mayWrite) await session.save();
  for (const [path, text] of exportsOf(session, context)) await writeSettingsText(path, text);
  return EXIT.ok;
}

/** With KCONFIG_NOSILENTUPDATE the .config has to be up to date already. */
async function refuseChange({ configuration, place, file }: Session): Promise<void> {
  const there = await readSettingsText(file);
  if (there?.text === formatDotConfig(configuration, { prefix: place.prefix })) return;
  throw new CommandFailure(
    `${file} is not up to date, and KCONFIG_NOSILENTUPDATE keeps it from being written`,
    {
      hint: 'run "docker-mirror config oldconfig"',
    },
  );
}

/** The header and the file for make, at the places of the original. */
function exportsOf(
  { configuration, place }: Session,
  { env }: CliContext,
): readonly (readonly [path: string, text: string])[] {
  const { prefix } = place;
  const at = (variable: string, otherwise: string): string => {
    const given = env[variable] ?? '';
    return given === '' ? resolve(place.folder, otherwise) : resolve(place.cwd, given);
  };
  return [
    [at('KCONFIG_AUTOHEADER', 'include/generated/autoconf.h'), formatHeader(configuration, { prefix })],
    // Last, as make takes it for the sign that all is done.
    [at('KCONFIG_AUTOCONFIG', 'include/config/auto.conf'), formatAutoConf(configuration, { prefix })],
  ];
}
