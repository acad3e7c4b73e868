import { resolve } from 'node:path';
import { Configuration } from '../../kconfig/configuration.js';
import type { KconfigSymbol } from '../../kconfig/model.js';
import { refusalOf } from '../../kconfig/refusal.js';
import { has } from '../../kconfig/way.js';
import { layOver, readSettingsSource, type SettingsSource } from '../../settings/settings-file.js';
import type { Arguments, CliContext } from '../command.js';
import { CommandFailure, UsageError } from '../errors.js';
import type { ExitCode } from '../exit-code.js';
import { definedSymbols } from './changes.js';
import { openSession, type Session, saveSession, warnOf } from './session.js';

/** What a fragment says about a symbol. */
interface Wish {
  readonly text: string;
  readonly file: string;
}

/** `docker-mirror config merge`: lays fragments over the settings, the last one on top. */
export async function mergeFragments(args: Arguments, context: CliContext): Promise<ExitCode> {
  const files = args.list('files');
  if (files.length === 0) throw new UsageError('config merge needs a file');
  const session = await openSession(args, context);
  const { configuration, place } = session;
  const sources = await Promise.all(files.map((file) => readSettingsSource(file, place)));
  if (args.flag('fresh')) configuration.reset();
  const wishes = collect(sources, session, context);
  for (const source of sources) layOver(configuration, source, place, 'over');
  const missed = [...wishes].filter(([symbol, { text }]) => !has(configuration, { symbol, text }));
  if (missed.length > 0) reportMissed(missed, session, args, context);
  return saveSession(session, args, context);
}

/** What the fragments ask for together. Says where one overrules another. */
function collect(
  sources: readonly SettingsSource[],
  { configuration, place }: Session,
  context: CliContext,
): ReadonlyMap<KconfigSymbol, Wish> {
  const wishes = new Map<KconfigSymbol, Wish>();
  for (const source of sources) {
    // Each alone, to see what it says and nothing else.
    const alone = new Configuration(configuration.kconfig);
    warnOf(layOver(alone, source, place, 'over'), context);
    for (const symbol of definedSymbols(alone)) {
      const text = alone.userValue(symbol);
      if (text === undefined) continue;
      const earlier = wishes.get(symbol);
      if (earlier !== undefined && earlier.text !== text) {
        context.stderr.write(
          `warning: ${symbol.name} is ${earlier.text} in ${earlier.file} and ${text} in ${source.path}; the last one counts\n`,
        );
      }
      wishes.set(symbol, { text, file: source.path });
    }
  }
  return wishes;
}

/** @throws CommandFailure unless `--force` is given */
function reportMissed(
  missed: readonly (readonly [KconfigSymbol, Wish])[],
  { configuration, file }: Session,
  args: Arguments,
  { stderr }: CliContext,
): void {
  const lines = missed.map(([symbol, wish]) => {
    const reason = refusalOf(configuration, symbol, wish.text)?.reason ?? 'does not take that value';
    const now = configuration.value(symbol);
    return `${wish.file}: ${symbol.name} cannot be ${JSON.stringify(wish.text)}: it ${reason}; it is ${JSON.stringify(now)}`;
  });
  if (args.flag('force')) {
    for (const line of lines) stderr.write(`warning: ${line}\n`);
    return;
  }
  throw new CommandFailure(`${lines.join('\n')}\n${resolve(file)} was left as it is.`, {
    hint: 'correct the fragments, or write what does take with --force',
  });
}
