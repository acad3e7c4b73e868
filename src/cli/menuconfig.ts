import type { Arguments, CliContext, Command } from './command.js';
import { PLACE_OPTIONS } from './config/options.js';
import { UsageError } from './errors.js';
import type { ExitCode } from './exit-code.js';

/** `docker-mirror menuconfig` */
export const menuconfigCommand: Command = {
  usage: 'menuconfig',
  summary: 'Change the settings in a full-screen menu, as the menuconfig of Linux does',
  options: PLACE_OPTIONS,
  examples: [
    ['$0 menuconfig', 'the settings of docker-mirror'],
    ['NO_COLOR=1 $0 menuconfig', 'without colours'],
  ],
  async run(args, context) {
    demandTerminal(context);
    return await open(args, context);
  },
};

const WITHOUT =
  '"make config" asks line by line, and "docker-mirror config set NAME=VALUE" changes one setting';

function demandTerminal({ stdin, stdout, env }: CliContext): void {
  const stream = [
    { name: 'standard input', isTerminal: stdin.isTerminal },
    { name: 'standard output', isTerminal: stdout.isTerminal },
  ].find(({ isTerminal }) => !isTerminal);
  if (stream !== undefined)
    throw new UsageError(`the menu needs a terminal, and ${stream.name} is none`, { hint: WITHOUT });
  const term = env['TERM'] ?? '';
  if (['', 'dumb', 'unknown'].includes(term))
    throw new UsageError(`the menu cannot be shown on a terminal of the kind "${term}" (TERM)`, {
      hint: WITHOUT,
    });
}

/** What shows the menu is loaded when it is needed. */
async function open(args: Arguments, context: CliContext): Promise<ExitCode> {
  const { runMenu } = await import('./menuconfig-session.js');
  return runMenu(args, context);
}
