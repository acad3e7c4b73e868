import { APPLY_OPTIONS, apply } from './apply.js';
import type { Arguments, Command } from './command.js';

/** `docker-mirror plan` */
export const planCommand: Command = {
  usage: 'plan',
  summary: 'Show what "apply" would change on this host, files as a diff, without doing it',
  options: APPLY_OPTIONS,
  examples: [['$0 plan', 'nothing is changed']],
  run: (args, context) => apply(asDryRun(args), context),
};

function asDryRun(args: Arguments): Arguments {
  return { ...args, flag: (name) => name === 'dry-run' || args.flag(name) };
}
