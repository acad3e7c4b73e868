import { resolve } from 'node:path';
import { formatAutoConf } from '../../kconfig/auto-conf.js';
import type { Configuration } from '../../kconfig/configuration.js';
import type { DotConfigFormat } from '../../kconfig/dot-config.js';
import { formatExtraVars } from '../../kconfig/extra-vars.js';
import { formatHeader } from '../../kconfig/header.js';
import { writeSettingsText } from '../../settings/settings-text.js';
import type { Arguments, CliContext } from '../command.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { openSession } from './session.js';

type Format = (configuration: Configuration, format: DotConfigFormat) => string;

const FORMATS: Readonly<Record<string, Format>> = {
  yaml: (configuration) => formatExtraVars(configuration),
  header: formatHeader,
  'auto-conf': formatAutoConf,
};

/** `docker-mirror config export`: the settings for other programs, on standard output or into a file. */
export async function exportValues(args: Arguments, context: CliContext): Promise<ExitCode> {
  const { configuration, place } = await openSession(args, context);
  const format = FORMATS[args.text('format') ?? 'yaml'] ?? formatExtraVars;
  const text = format(configuration, { prefix: place.prefix });
  const name = args.text('file') ?? '-';
  if (name === '-' || args.flag('dry-run')) {
    context.stdout.write(text);
    return EXIT.ok;
  }
  const path = resolve(place.cwd, name);
  const written = await writeSettingsText(path, text);
  context.stdout.write(written ? `${path} was written.\n` : `${path} is up to date.\n`);
  return EXIT.ok;
}
