import { layoutOf } from '../render/layout.js';
import { removeMirror } from './clean.js';
import type { Command } from './command.js';
import { EXIT } from './exit-code.js';
import { mirrorPath, PATH_OPTION } from './location.js';
import { installedService } from './service/installed-service.js';
import { needRoot } from './service/units-at-work.js';
import { stopTimeout, TIMEOUT_OPTION } from './stop.js';
import { stopMirror } from './stop-mirror.js';

/** `docker-mirror uninstall` */
export const uninstallCommand: Command = {
  usage: 'uninstall',
  summary: 'Undo what "apply" did: service, program, commands and configuration are removed; the images stay',
  options: {
    ...PATH_OPTION,
    ...TIMEOUT_OPTION,
    purge: { type: 'flag', describe: 'Remove the images too, pushed ones included' },
    force: { type: 'flag', describe: 'Remove files of the installation that were changed by hand as well' },
    'dry-run': { type: 'flag', describe: 'Only show what would be removed' },
  },
  examples: [
    ['$0 uninstall', 'the images stay, and the next installation finds them'],
    ['$0 uninstall --purge', 'nothing stays'],
  ],
  async run(args, context) {
    const layout = layoutOf(mirrorPath(args, context));
    const service = await installedService(layout, context);
    if (service !== undefined) needRoot(service.scope, context.uid, 'remove');
    const options = { force: args.flag('force'), dryRun: args.flag('dry-run') };
    const purge = args.flag('purge');
    const { belongsTo, removeService } = await import('./service/uninstall-service.js');
    const installed = await belongsTo(layout, context);
    const { removeHostSettings } = await import('./host-settings.js');
    // First, while those who use the mirror still have it.
    const rest = await removeHostSettings(args, context);
    if (options.dryRun) {
      if (installed) await removeService(options, context);
      context.stdout.write(
        `# stop the mirror in ${layout.root}, and remove its configuration, log and state\n`,
      );
      if (purge)
        context.stdout.write(`# remove ${layout.registry} and ${layout.images} with all that is in them\n`);
      return rest;
    }
    const { refused } = installed ? await removeService(options, context) : { refused: [] };
    await stopMirror(layout, await stopTimeout(args, layout, context));
    await removeMirror(layout, { data: purge, installed }, context);
    context.stdout.write(
      purge
        ? `The mirror in ${layout.root} is uninstalled, and its images are removed.\n`
        : `The mirror in ${layout.root} is uninstalled. Its images stay in ${layout.registry}.\n`,
    );
    return refused.length === 0 ? rest : EXIT.failed;
  },
};
