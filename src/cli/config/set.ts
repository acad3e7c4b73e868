import type { Configuration } from '../../kconfig/configuration.js';
import { refusalOf } from '../../kconfig/refusal.js';
import { type Assignment, has, trySet, wayTo } from '../../kconfig/way.js';
import { SettingsChanged } from '../../settings/settings-text.js';
import type { Arguments, CliContext } from '../command.js';
import { CommandFailure, UsageError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { changesBetween, summarize, valuesOf } from './changes.js';
import { openSession, type Session, showChanges } from './session.js';
import { symbolNamed } from './symbols.js';

const USAGE = 'write "docker-mirror config set SYMBOL=VALUE", several of them if need be';

/** How often a change is made again because somebody else wrote the file in between. */
const TRIES = 100;

/** `docker-mirror config set`: all of the values, or none. */
export function setValues(args: Arguments, context: CliContext): Promise<ExitCode> {
  return change(args, context, (session) => {
    const wanted = assignmentsOf(args.list('assignments'), session);
    setAll(session.configuration, wanted);
    return wanted.map(({ symbol }) => symbol.name);
  });
}

/** `docker-mirror config unset`: the defaults count again. */
export function unsetValues(args: Arguments, context: CliContext): Promise<ExitCode> {
  return change(args, context, ({ configuration, place }) => {
    const symbols = args
      .list('symbols')
      .map((word) => symbolNamed(configuration.kconfig, word, place.prefix));
    for (const symbol of symbols) configuration.unset(symbol);
    return symbols.map(({ name }) => name);
  });
}

/** @param work gives the names of the symbols that were asked for */
async function change(
  args: Arguments,
  context: CliContext,
  work: (session: Session) => readonly string[],
): Promise<ExitCode> {
  for (let tries = 1; ; tries += 1) {
    const session = await openSession(args, context);
    const asked = work(session);
    if (args.flag('dry-run')) return showChanges(session, context);
    try {
      await session.save();
    } catch (error) {
      if (error instanceof SettingsChanged && tries < TRIES) continue;
      throw error;
    }
    const changes = changesBetween(session.before, valuesOf(session.configuration));
    for (const line of summarize(changes, asked)) context.stdout.write(`${line}\n`);
    if (session.readFrom !== session.file) context.stdout.write(`${session.file} was made.\n`);
    return EXIT.ok;
  }
}

/** `A=y B=5`, or `A y`. */
function assignmentsOf(words: readonly string[], { configuration, place }: Session): readonly Assignment[] {
  const [first = '', second] = words;
  const isPair = words.length === 2 && second !== undefined && !first.includes('=');
  const texts = isPair ? [`${first}=${second}`] : words;
  if (texts.length === 0) throw new UsageError('config set needs SYMBOL=VALUE', { hint: USAGE });
  return texts.map((text) => {
    const equals = text.indexOf('=');
    if (equals <= 0) {
      throw new UsageError(`"${text}" is no SYMBOL=VALUE`, {
        hint: USAGE,
      });
    }
    const symbol = symbolNamed(configuration.kconfig, text.slice(0, equals), place.prefix);
    return { symbol, text: text.slice(equals + 1) };
  });
}

/**
 * Sets all of them, in whatever order they take.
 * @throws CommandFailure that says of each that did not take what stands in the way
 */
export function setAll(configuration: Configuration, wanted: readonly Assignment[]): void {
  const left = setEach(configuration, wanted);
  if (left.length > 0)
    throw new CommandFailure(reasons(configuration, left), hintFor(configuration, left, wanted));
  const lost = wanted.filter((each) => !has(configuration, each));
  if (lost.length === 0) return;
  const texts = lost.map(
    (each) => `${each.symbol.name} cannot be ${show(each.text)} together with the others`,
  );
  throw new CommandFailure(`${texts.join('\n')}\nNothing was changed.`);
}

/** Sets what takes, again and again as long as something does. @returns what did not take */
function setEach(configuration: Configuration, wanted: readonly Assignment[]): readonly Assignment[] {
  const failed = wanted.filter((each) => !trySet(configuration, each));
  return failed.length === 0 || failed.length === wanted.length ? failed : setEach(configuration, failed);
}

function reasons(configuration: Configuration, failed: readonly Assignment[]): string {
  const lines = failed.map(({ symbol, text }) => {
    const reason = refusalOf(configuration, symbol, text)?.reason ?? 'does not take that value now';
    return `${symbol.name} cannot be ${show(text)}: it ${reason}`;
  });
  return `${lines.join('\n')}\nNothing was changed.`;
}

/** The command that would do it, when there is a way. */
function hintFor(
  configuration: Configuration,
  failed: readonly Assignment[],
  wanted: readonly Assignment[],
): { hint?: string } {
  const [first] = failed;
  if (first === undefined) return {};
  const way = wayTo(configuration, first) ?? [];
  const all = [...way, ...wanted];
  const saved = configuration.save();
  const works = setEach(configuration, all).length === 0 && all.every((each) => has(configuration, each));
  configuration.restore(saved);
  if (!works) return { hint: `see "docker-mirror config explain ${first.symbol.name}"` };
  const words = all.map(({ symbol, text }) => shellWord(`${symbol.name}=${text}`));
  return { hint: `docker-mirror config set ${words.join(' ')}` };
}

function show(text: string): string {
  return text === ''
    ? 'empty'
    : text.length > 200
      ? `${JSON.stringify(text.slice(0, 200))}…`
      : JSON.stringify(text);
}

/** A word that can be pasted into a shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
