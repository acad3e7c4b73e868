import { newEntries, newSymbols } from '../../kconfig/new-symbols.js';
import type { Arguments, CliContext } from '../command.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { shownValue } from './changes.js';
import { helpText } from './help-text.js';
import { openSession } from './session.js';

/** `docker-mirror config listnewconfig` */
export async function listNew(args: Arguments, context: CliContext): Promise<ExitCode> {
  const { configuration, place } = await openSession(args, context);
  const symbols = newSymbols(configuration);
  if (args.flag('json')) {
    const values = symbols.map((symbol) => [symbol.name, configuration.value(symbol)]);
    context.stdout.write(`${JSON.stringify(Object.fromEntries(values), undefined, 2)}\n`);
    return EXIT.ok;
  }
  for (const symbol of symbols) {
    context.stdout.write(`${place.prefix}${symbol.name}=${shownValue(configuration, symbol)}\n`);
  }
  return EXIT.ok;
}

/** `docker-mirror config helpnewconfig` */
export async function helpNew(args: Arguments, context: CliContext): Promise<ExitCode> {
  const { configuration } = await openSession(args, context);
  for (const entry of newEntries(configuration)) {
    context.stdout.write(`-----\n${helpText(configuration, entry)}-----\n`);
  }
  return EXIT.ok;
}
