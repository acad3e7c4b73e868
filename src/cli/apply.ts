import type { ArgumentSpec, Arguments, CliContext, Command } from './command.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { serviceScope } from './service/service-scope.js';
import { START_OPTIONS } from './start.js';
import { startMirror } from './start-mirror.js';
import { stopTimeout } from './stop.js';

/** The options of `apply` and `plan`. */
export const APPLY_OPTIONS = {
  path: START_OPTIONS.path,
  port: START_OPTIONS.port,
  force: {
    type: 'flag',
    describe:
      'Write anew what was changed by hand: config.yml, units and other files of the installation; what is there is kept aside',
  },
} as const satisfies Readonly<Record<string, ArgumentSpec>>;

/** `docker-mirror apply` */
export const applyCommand: Command = {
  usage: 'apply',
  summary:
    'Set the mirror up as the settings say and start it: as a service where systemd runs, in the background elsewhere',
  options: {
    ...APPLY_OPTIONS,
    'install-packages': {
      type: 'flag',
      describe: 'Install the packages that sharing by NFS needs, where the settings ask for that',
    },
    'dry-run': START_OPTIONS['dry-run'],
  },
  examples: [
    ['$0 apply', 'what "make docker-mirror" does; applying it again changes nothing'],
    ['$0 plan', 'shows what it would do'],
  ],
  async run(args, context) {
    const status = await apply(args, context);
    if (status !== EXIT.ok || args.flag('dry-run')) return status;
    const { applyHostSettings } = await import('./host-settings.js');
    return await applyHostSettings(args, context);
  },
};

/** Sets the mirror up in the way that fits this host. */
export async function apply(args: Arguments, context: CliContext): Promise<ExitCode> {
  const manner = {
    restart: false,
    stopTimeout: (layout: Parameters<typeof stopTimeout>[1]) => stopTimeout(args, layout, context),
  };
  const scope = await serviceScope(context);
  if (scope === undefined) return await startMirror(args, context, manner);
  // Loaded when it is needed: it knows every command, for the manual page.
  const { applyService } = await import('./service/apply-service.js');
  return await applyService(args, context, scope, manner);
}
