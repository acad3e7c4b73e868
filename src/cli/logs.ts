import { readableLine } from '../host/readable-line.js';
import { followLines, lastLines } from '../host/tail.js';
import { type Layout, layoutOf } from '../render/layout.js';
import type { CliContext, Command } from './command.js';
import { CommandFailure, UsageError } from './errors.js';
import { EXIT } from './exit-code.js';
import { mirrorPath, PATH_OPTION } from './location.js';
import { installedService } from './service/installed-service.js';
import { printJournal } from './service/print-journal.js';
import { LOG_FILES_KEPT } from './supervise.js';

const DEFAULT_LINES = 50;

/** `docker-mirror logs` */
export const logsCommand: Command = {
  usage: 'logs',
  summary: "Show the mirror's log: readable on a terminal, the JSON lines themselves elsewhere",
  options: {
    ...PATH_OPTION,
    lines: { type: 'number', alias: 'n', describe: 'How many lines', defaultText: String(DEFAULT_LINES) },
    follow: { type: 'flag', alias: 'f', describe: 'Go on with new lines until Ctrl-C' },
  },
  examples: [
    ['$0 logs', `the last ${DEFAULT_LINES} lines`],
    ['$0 logs --follow --lines 0', 'only what comes from now on'],
    ['$0 logs | jq -r .msg', 'for programs'],
  ],
  async run(args, context) {
    const count = args.number('lines') ?? DEFAULT_LINES;
    if (!Number.isInteger(count) || count < 0) throw new UsageError('--lines is a number from 0 upwards');
    const layout = layoutOf(mirrorPath(args, context));
    const print = printer(context);
    const service = await installedService(layout, context);
    if (service !== undefined) {
      await printJournal(service, { count, follow: args.flag('follow'), print }, context);
      return EXIT.ok;
    }
    const follow = args.flag('follow');
    const lines = await lastOf(layout, count);
    if (lines.length === 0 && count > 0 && !follow) {
      throw new CommandFailure(`there is no log in ${layout.logs} yet`, {
        hint: 'run "docker-mirror start"',
      });
    }
    lines.forEach(print);
    if (follow) await followLines(layout.log, print, context.interrupted);
    return EXIT.ok;
  },
};

function printer({ stdout, env }: CliContext): (line: string) => void {
  if (!stdout.isTerminal) return (line) => stdout.write(`${line}\n`);
  const format = readableLine({ colour: (env['NO_COLOR'] ?? '') === '' });
  return (line) => stdout.write(`${format(line).trimEnd()}\n`);
}

/** The last lines, from as many of the files that were set aside as it takes. */
async function lastOf(layout: Layout, count: number): Promise<string[]> {
  let lines = await lastLines(layout.log, count);
  for (let n = 1; n <= LOG_FILES_KEPT && lines.length < count; n += 1) {
    lines = [...(await lastLines(`${layout.log}.${n}`, count - lines.length)), ...lines];
  }
  return lines;
}
