import yargs, { type Argv, type Options } from 'yargs';
import type { AnyCommand, ArgumentSpec, Arguments, CliContext, Command, CommandGroup } from './command.js';
import { COMPLETION_OPTION, completions } from './complete.js';
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
  commands: readonly AnyCommand[],
  version: string,
  context: CliContext,
): Promise<ExitCode> {
  if (words[0] === COMPLETION_OPTION) {
    context.stdout.write(await completions(words.slice(1), commands, context));
    return EXIT.ok;
  }
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
    await parser.parseAsync(expand(words, commands), {}, (_error, _typed, output) => {
      printed = output;
    });
    if (printed !== '') context.stdout.write(`${printed}\n`);
    return (await outcome) ?? EXIT.ok;
  } catch (error) {
    return reportError(error, context.stderr);
  }
}

/** Words in which what a group of commands has a shorthand for is written out, and a dash by the path it stands for. */
function expand(typed: readonly string[], commands: readonly AnyCommand[]): string[] {
  // yargs loses a dash by itself among arguments that may stand several times.
  const words = typed.map((word) => (word === '-' ? INPUT_PATH : word));
  const [name, word = ''] = words;
  const group = commands.find(({ usage }) => usage === name);
  if (group === undefined || !('commands' in group)) return [...words];
  const isKnown = group.commands.some(({ usage }) => usage.split(' ')[0] === word);
  const meant = isKnown ? undefined : group.shorthand?.(word);
  return meant === undefined ? [...words] : [group.usage, ...meant, ...words.slice(2)];
}

/** What a dash is between here and yargs. */
const INPUT_PATH = '/dev/stdin';

function fromPath(word: string): string {
  return word === INPUT_PATH ? '-' : word;
}

/** Everything that yargs found, still unchecked. */
type Typed = Readonly<Record<string, unknown>>;

function makeParser(
  commands: readonly AnyCommand[],
  version: string,
  onCommand: (command: Command, typed: Typed) => void,
): Argv {
  const parser: Argv = yargs()
    .scriptName(NAME)
    .locale('en')
    .usage('$0 <command>\n\nA pull-through container image mirror for this host.')
    .parserConfiguration({ 'populate--': true })
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
  return addCommands(parser, commands, '', onCommand);
}

/** @param group the words before a command's name: `config `, or nothing */
function addCommands(
  parser: Argv,
  commands: readonly AnyCommand[],
  group: string,
  onCommand: (command: Command, typed: Typed) => void,
): Argv {
  let result = parser;
  for (const command of commands) {
    result = result.command({
      command: command.usage,
      describe: command.internal === true ? false : command.summary,
      builder: (builder: Argv) =>
        'commands' in command
          ? describeGroup(builder, command, onCommand)
          : describeCommand(builder, command, group),
      handler: (typed: Typed) => {
        if (!('commands' in command)) onCommand(command, typed);
      },
    });
  }
  return result;
}

function describeGroup(
  builder: Argv,
  group: CommandGroup,
  onCommand: (command: Command, typed: Typed) => void,
): Argv {
  const result = addCommands(builder, group.commands, `${group.usage} `, onCommand)
    .usage(`$0 ${group.usage} <command>\n\n${group.summary}`)
    .demandCommand(1, `a command is needed after "${group.usage}"`);
  return withExamples(result, group.examples);
}

/** yargs only says "Did you mean …", and not what was wrong. */
function inWords(message: string | null): string {
  if (message === null) return 'the command line was not understood';
  return message.startsWith('Did you mean') ? `unknown command. ${message}` : message;
}

function describeCommand(builder: Argv, command: Command, group: string): Argv {
  let result = builder.usage(`$0 ${group}${command.usage}\n\n${command.summary}`);
  for (const [name, spec] of Object.entries(command.positionals ?? {})) {
    result = result.positional(name, {
      ...asOptions(spec),
      type: spec.type === 'number' ? 'number' : 'string',
      array: command.usage.includes(`${name}..`),
    });
  }
  for (const [name, spec] of Object.entries(command.options)) {
    result = result.option(name, {
      ...asOptions(spec),
      ...(spec.type === 'flag' ? {} : { requiresArg: true }),
    });
  }
  return withExamples(result, command.examples);
}

function withExamples(builder: Argv, examples: Command['examples']): Argv {
  return examples.reduce((result, [example, meaning]) => result.example(example, meaning), builder);
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
  const afterDashes = Array.isArray(rest) ? rest.map(String) : [];
  // What is given twice counts as given last.
  const last = (name: string): unknown => {
    const value = typed[name];
    return Array.isArray(value) ? value.at(-1) : value;
  };
  return {
    text(name) {
      const value = last(name);
      return value === undefined ? undefined : fromPath(String(value));
    },
    number(name) {
      const value = last(name);
      if (value === undefined) return undefined;
      if (typeof value === 'number' && Number.isFinite(value)) return value;
      throw new UsageError(`--${name} needs a number`);
    },
    flag: (name) => last(name) === true,
    list(name) {
      const value = typed[name];
      const words = Array.isArray(value) ? value : value === undefined ? [] : [value];
      return [...words, ...afterDashes].map((word) => fromPath(String(word)));
    },
    rest: afterDashes,
  };
}
