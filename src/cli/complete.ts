import type { AnyCommand, CliContext, Command } from './command.js';

/** What the scripts of `completion` ask with; the words of the command line follow, the one that is being typed last. */
export const COMPLETION_OPTION = '--get-yargs-completions';

/** Something that may be typed. */
interface Candidate {
  readonly word: string;
  readonly meaning: string;
}

/**
 * What may stand where the last word is being typed: one word a line, for zsh with its meaning (`word:meaning`). Nothing at all
 * leaves it to the shell, which then offers files.
 * @param words the program's name, and what was typed
 */
export async function completions(
  words: readonly string[],
  commands: readonly AnyCommand[],
  context: CliContext,
): Promise<string> {
  const isZsh = /(?:^|\/)zsh$/.test(context.env['SHELL'] ?? '');
  const candidates = await candidatesFor(words.slice(1, -1), words.at(-1) ?? '', commands, context);
  const lines = candidates.map(({ word, meaning }) =>
    isZsh && meaning !== '' ? `${word.replaceAll(':', '\\:')}:${meaning}` : word,
  );
  return lines.map((line) => `${line}\n`).join('');
}

async function candidatesFor(
  before: readonly string[],
  current: string,
  commands: readonly AnyCommand[],
  context: CliContext,
): Promise<readonly Candidate[]> {
  const [first, ...rest] = before.filter((word) => !word.startsWith('-'));
  if (first === undefined) {
    if (current.startsWith('-')) return [HELP, { word: '--version', meaning: 'Show the version' }];
    return commands.filter(({ internal }) => internal !== true).map(asCandidate);
  }
  const command = commands.find((each) => nameOf(each) === first);
  if (command === undefined) return [];
  if ('commands' in command)
    return await candidatesFor(withoutFirst(before, first), current, command.commands, context);
  if (current.startsWith('-')) return optionsOf(command);
  const last = before.at(-1) ?? '';
  const takesValue = (command.options[last.slice(2)]?.type ?? 'flag') !== 'flag';
  if (last.startsWith('--') && takesValue) return [];
  return [...choicesOf(command, rest.length), ...(await valuesOf(command, context))];
}

function withoutFirst(words: readonly string[], word: string): string[] {
  const at = words.indexOf(word);
  return words.filter((_, index) => index !== at);
}

const HELP: Candidate = { word: '--help', meaning: 'Show the help' };

function nameOf({ usage }: AnyCommand): string {
  return usage.split(' ')[0] ?? '';
}

function asCandidate(command: AnyCommand): Candidate {
  return { word: nameOf(command), meaning: command.summary };
}

function optionsOf({ options }: Command): readonly Candidate[] {
  const own = Object.entries(options).map(([name, { describe }]) => ({
    word: `--${name}`,
    meaning: describe,
  }));
  return [...own, HELP];
}

/** Of the positional argument at a place. */
function choicesOf({ positionals }: Command, place: number): readonly Candidate[] {
  const spec = Object.values(positionals ?? {})[place];
  return (spec?.choices ?? []).map((word) => ({ word, meaning: '' }));
}

/** Files that cannot be read are no reason to disturb somebody who types. */
async function valuesOf(command: Command, context: CliContext): Promise<readonly Candidate[]> {
  const words = (await command.complete?.(context).catch(() => [])) ?? [];
  return words.map((word) => ({ word, meaning: '' }));
}
