import { layoutOf } from '../render/layout.js';
import type { Command } from './command.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { mirrorPath, PATH_OPTION } from './location.js';
import type { StatusReport } from './status/status-report.js';

export type { StatusReport } from './status/status-report.js';

/** `docker-mirror status` */
export const statusCommand: Command = {
  usage: 'status',
  summary:
    'Say whether the mirror runs and how it does (exit status 0; 1 it does not answer; 3 it does not run; 4 something else is wrong)',
  options: { ...PATH_OPTION, json: { type: 'flag', describe: 'Print JSON, for programs' } },
  examples: [
    ['$0 status', 'for people'],
    ['$0 status --json', 'for programs; the fields are in docs/commands.md'],
  ],
  async run(args, context) {
    // Loaded when it is needed: other commands start faster without.
    const [{ gatherStatus }, { describeStatus }] = await Promise.all([
      import('./status/gather.js'),
      import('./status/describe.js'),
    ]);
    const report = await gatherStatus(layoutOf(mirrorPath(args, context)), context);
    context.stdout.write(
      args.flag('json') ? `${JSON.stringify(report, undefined, 2)}\n` : describeStatus(report),
    );
    return exitCode(report);
  },
};

function exitCode({ running, answers, troubles }: StatusReport): ExitCode {
  if (!running) return EXIT.notRunning;
  if (!answers) return EXIT.failed;
  return troubles.length === 0 ? EXIT.ok : EXIT.impaired;
}
