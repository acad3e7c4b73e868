import { hasToBeKept } from '../../kconfig/dot-config.js';
import { explain } from '../../kconfig/explain.js';
import type { Arguments, CliContext } from '../command.js';
import { UsageError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { definedSymbols, shownValue } from './changes.js';
import { formatExplanation } from './help-text.js';
import { openSession } from './session.js';
import { symbolNamed } from './symbols.js';

/** `docker-mirror config explain` */
export async function explainSymbols(args: Arguments, context: CliContext): Promise<ExitCode> {
  const words = args.list('symbols');
  if (words.length === 0) throw new UsageError('config explain needs the name of a symbol');
  const { configuration, place } = await openSession(args, context);
  const found = words
    .map((word) => symbolNamed(configuration.kconfig, word, place.prefix))
    .map((symbol) => explain(configuration, symbol));
  if (args.flag('json')) context.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
  else context.stdout.write(found.map(formatExplanation).join('\n'));
  return EXIT.ok;
}

/** `docker-mirror config list` */
export async function listValues(args: Arguments, context: CliContext): Promise<ExitCode> {
  const { configuration } = await openSession(args, context);
  const rows = definedSymbols(configuration)
    .filter((symbol) => configuration.isWritten(symbol))
    .map((symbol) => ({
      name: symbol.name,
      type: symbol.type,
      value: configuration.value(symbol),
      shown: shownValue(configuration, symbol),
      changed: hasToBeKept(configuration, symbol),
      prompt: symbol.prompts[0]?.text,
    }))
    .filter(({ changed }) => changed || !args.flag('changed'));
  if (args.flag('json')) {
    const plain = rows.map(({ name, type, value, changed, prompt }) => ({
      name,
      type,
      value,
      changed,
      prompt,
    }));
    context.stdout.write(`${JSON.stringify(plain, undefined, 2)}\n`);
  } else for (const { name, shown } of rows) context.stdout.write(`${name}=${shown}\n`);
  return EXIT.ok;
}
