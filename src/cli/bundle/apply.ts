import type { Command } from '../command.js';
import { PATH_OPTION } from '../location.js';

/** `docker-mirror bundle apply` */
export const bundleApplyCommand: Command = {
  usage: 'apply <files..>',
  summary: 'Put what bundles have into the mirror, whether it runs or not',
  positionals: {
    files: {
      type: 'text',
      describe:
        'Bundles, in the order in which they were made, or the first volumes of such; - for standard input',
    },
  },
  options: {
    ...PATH_OPTION,
    partial: { type: 'flag', describe: 'Apply the images that can be when others cannot' },
    force: { type: 'flag', describe: 'Replace images that were pushed here under the same name' },
    'insecure-skip-signature': { type: 'flag', describe: 'Take it whoever made it' },
    'dry-run': { type: 'flag', describe: 'Only say what would become of each image' },
    json: { type: 'flag', describe: 'Print events as JSON, one a line' },
  },
  examples: [
    [
      '$0 bundle apply /media/stick/bundle-20261101-020000.tar',
      'then this mirror serves what the other one did',
    ],
    ['$0 bundle apply /media/stick/full.tar.000', 'the other volumes are found beside it, or asked for'],
  ],
  async run(args, context) {
    // Loaded when it is needed: most commands do without the store.
    const { runApply } = await import('./run-apply.js');
    return await runApply(args, context);
  },
};
