import yargs, { type Argv, type Options } from 'yargs';
import type { ArgumentSpec, Arguments, CliContext, Command } from './command.js';
import { UsageError } from './errors.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { reportError } from './report.js';

/** Words that are typed without a command. */
const NAME = 'docker-mirror';

/**
 * Parses a command line and runs its command. Help, version and completions go to standard output; every error goes to standard error
 * with a hint and gives its exit status. The one place that knows yargs.
 * @param words what was typed after the program's name
 */
export async function runProgram(
  words: readonly string[],
  commands: readonly Command[],
  version: string,
  context: CliContext,
): Promise<ExitCode> {
  let outcome: Promise<ExitCode> | undefined;
  const parser = makeParser(commands, version, (command, typed) => {
    outcome = runCommand(command, typed, context);
  });
  try {
    if (words.length === 0) {
      context.stderr.write(`${await parser.getHelp()}\n`);
      return EXIT.usage;
    }
    let printed = '';
    await parser.parseAsync([...words], {}, (_error, _typed, output) => {
      printed = output;
    });
    if (printed !== '') context.stdout.write(`${printed}\n`);
    return (await outcome) ?? EXIT.ok;
  } catch (error) {
    return reportError(error, context.stderr);
  }
}

/** Everything that yargs found, still unchecked. */
type Typed = Readonly<Record<string, unknown>>;

function makeParser(
  commands: readonly Command[],
  version: string,
  onCommand: (command: Command, typed: Typed) => void,
): Argv {
  let parser: Argv = yargs()
    .scriptName(NAME)
    .locale('en')
    .usage('$0 <command>\n\nA pull-through container image mirror for this host.')
    .parserConfiguration({ 'populate--': true, 'duplicate-arguments-array': false })
    .exitProcess(false)
    .strict()
    .recommendCommands()
    .demandCommand(1, 'a command is needed')
    .version(version)
    .help()
    .wrap(100)
    .epilogue(
      'Exit statuses: 0 done, 1 failed, 2 wrong usage, 3 not running, 70 defect, 78 wrong configuration.',
    )
    .fail((message: string | null, error: Error | undefined) => {
      if (error !== undefined && message === null) throw error;
      throw new UsageError(inWords(message), {
        hint: `see "${NAME} --help" or "${NAME} COMMAND --help"`,
      });
    });
  for (const command of commands) {
    const build = (builder: Argv) => describeCommand(builder, command);
    const handle = (typed: Typed) => onCommand(command, typed);
    parser =
      command.internal === true
        ? parser.command(command.usage, false, build, handle)
        : parser.command(command.usage, command.summary, build, handle);
  }
  return parser;
}

/** yargs only says "Did you mean …", and not what was wrong. */
function inWords(message: string | null): string {
  if (message === null) return 'the command line was not understood';
  return message.startsWith('Did you mean') ? `unknown command. ${message}` : message;
}

function describeCommand(builder: Argv, command: Command): Argv {
  let result = builder.usage(`$0 ${command.usage}\n\n${command.summary}`);
  for (const [name, spec] of Object.entries(command.positionals ?? {})) {
    result = result.positional(name, {
      ...asOptions(spec),
      type: spec.type === 'number' ? 'number' : 'string',
    });
  }
  for (const [name, spec] of Object.entries(command.options)) {
    result = result.option(name, {
      ...asOptions(spec),
      ...(spec.type === 'flag' ? {} : { requiresArg: true }),
    });
  }
  for (const [example, meaning] of command.examples) result = result.example(example, meaning);
  return result;
}

const TYPES = { text: 'string', number: 'number', flag: 'boolean' } as const;

function asOptions(spec: ArgumentSpec): Options {
  return {
    type: TYPES[spec.type],
    describe: spec.describe,
    ...(spec.alias === undefined ? {} : { alias: spec.alias }),
    ...(spec.choices === undefined ? {} : { choices: spec.choices }),
    ...(spec.defaultText === undefined ? {} : { defaultDescription: spec.defaultText }),
  };
}

function runCommand(command: Command, typed: Typed, context: CliContext): Promise<ExitCode> {
  const outcome = command.run(checkedArguments(typed), context);
  // Reported by who awaits it; marked as seen here, as yargs finishes its own work first.
  outcome.catch(() => undefined);
  return outcome;
}

function checkedArguments(typed: Typed): Arguments {
  const rest = typed['--'];
  return {
    text(name) {
      const value = typed[name];
      return value === undefined ? undefined : String(value);
    },
    number(name) {
      const value = typed[name];
      if (value === undefined) return undefined;
      if (typeof value === 'number' && Number.isFinite(value)) return value;
      throw new UsageError(`--${name} needs a number`);
    },
    flag: (name) => typed[name] === true,
    rest: Array.isArray(rest) ? rest.map(String) : [],
  };
}
