import { newEntries } from '../../kconfig/new-symbols.js';
import type { Arguments, CliContext } from '../command.js';
import { CommandFailure, Interrupted } from '../errors.js';
import type { ExitCode } from '../exit-code.js';
import { Conversation, type Partner } from './conversation.js';
import { openSession, type Session, saveSession } from './session.js';

/** `docker-mirror config config`: asks for everything. */
export function askEverything(args: Arguments, context: CliContext): Promise<ExitCode> {
  return ask(args, context, (conversation) => conversation.askAll());
}

/** `docker-mirror config oldconfig`: asks for what is new. */
export function askForNew(args: Arguments, context: CliContext): Promise<ExitCode> {
  return ask(args, context, (conversation) => conversation.askNew());
}

async function ask(
  args: Arguments,
  context: CliContext,
  work: (conversation: Conversation) => Promise<void>,
): Promise<ExitCode> {
  const session = await openSession(args, context);
  await converse(session, context, work);
  return saveSession(session, args, context);
}

/**
 * Talks to whoever is at the other end of standard input.
 * @throws Interrupted on Ctrl-C, CommandFailure when the input ends too soon; nothing was written then
 */
export async function converse(
  { configuration, file }: Session,
  context: CliContext,
  work: (conversation: Conversation) => Promise<void>,
): Promise<void> {
  const { stdin, stdout, interrupted } = context;
  const lines = stdin.open();
  const isSeen = stdin.isTerminal && stdout.isTerminal;
  const partner: Partner = {
    say: (text) => stdout.write(text),
    async hear() {
      const line = await lines.next(interrupted);
      if (interrupted.aborted) {
        throw new Interrupted(`${stdout.isTerminal ? '\n' : ''}interrupted: ${file} was left as it is`);
      }
      if (line === undefined) {
        throw new CommandFailure(`the input ended before all was answered: ${file} was left as it is`, {
          hint: '"docker-mirror config olddefconfig" takes the defaults for what is new',
        });
      }
      // A transcript shows the answers too; a terminal has shown them already.
      if (!isSeen) stdout.write(`${line}\n`);
      return line;
    },
  };
  try {
    await work(new Conversation(configuration, partner));
  } finally {
    lines.close();
  }
}

/**
 * Asks for what is new, if there is a person to ask.
 * @throws CommandFailure that names what is new, when there is none
 */
export async function askIfPossible(session: Session, context: CliContext): Promise<void> {
  const names = newEntries(session.configuration).map(({ symbol, prompt }) =>
    symbol === undefined || symbol.name === '' ? `"${prompt?.text ?? ''}"` : symbol.name,
  );
  if (names.length === 0) return;
  if (!context.stdin.isTerminal) {
    throw new CommandFailure(
      `${session.file} says nothing about ${names.join(', ')}, and nobody can be asked`,
      {
        hint: 'run "docker-mirror config oldconfig" to answer, or "docker-mirror config olddefconfig" for the defaults',
      },
    );
  }
  await converse(session, context, (conversation) => conversation.askNew());
}
