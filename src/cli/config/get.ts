import { openConfiguration } from '../../settings/settings-file.js';
import type { Arguments, CliContext } from '../command.js';
import { UsageError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { symbolNamed } from './symbols.js';
import { warnOf } from './warn.js';

/** `docker-mirror config get` */
export async function getValues(args: Arguments, context: CliContext): Promise<ExitCode> {
  const words = args.list('symbols');
  if (words.length === 0) throw new UsageError('config get needs the name of a symbol');
  const { env, cwd, stdout } = context;
  const open = await openConfiguration(env, { kconfig: args.text('kconfig'), cwd, valuesOnly: true });
  warnOf(open.problems, context);
  const { configuration, place } = open;
  const symbols = words.map((word) => symbolNamed(configuration.kconfig, word, place.prefix));
  const values = symbols.map((symbol) => [symbol.name, configuration.value(symbol)] as const);
  if (args.flag('json')) stdout.write(`${JSON.stringify(Object.fromEntries(values), undefined, 2)}\n`);
  else for (const [, value] of values) stdout.write(`${value}\n`);
  return EXIT.ok;
}
