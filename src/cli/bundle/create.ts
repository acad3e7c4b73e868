import type { Command } from '../command.js';
import { PATH_OPTION } from '../location.js';

/** `docker-mirror bundle create` */
export const bundleCreateCommand: Command = {
  usage: 'create [images..]',
  summary: 'Write all that is here, or some images, to a file for another mirror',
  positionals: {
    images: {
      type: 'text',
      describe: 'Names of images, with what is attached to them; all that is here when none is named',
    },
  },
  options: {
    ...PATH_OPTION,
    since: {
      type: 'text',
      describe:
        'Only what is new since: an earlier bundle, its list, a date such as 2026-11-01, or a time such as 7d',
    },
    output: {
      type: 'text',
      alias: 'o',
      describe: 'The file, or a folder for it; - for standard output',
      defaultText: 'images/bundles',
    },
    split: {
      type: 'text',
      describe: 'Write volumes of at most that many bytes, such as 4G for sticks with FAT',
    },
    list: { type: 'text', describe: 'Where to keep its list', defaultText: 'beside the bundle' },
    key: {
      type: 'text',
      describe: 'The private key to sign it with, in PEM',
      defaultText: 'that of the mirror',
    },
    force: { type: 'flag', describe: 'Replace a bundle of that name' },
    'dry-run': { type: 'flag', describe: 'Only say how much would be written' },
    json: { type: 'flag', describe: 'Print events as JSON, one a line' },
  },
  examples: [
    ['$0 bundle create --output /media/stick --split 4G', 'in volumes'],
    ['$0 bundle create redis:7 --output redis.tar', 'one image with its signatures'],
    [
      '$0 bundle create -o - | ssh airgapped docker-mirror bundle apply -',
      'where there is a way to one host',
    ],
  ],
  async run(args, context) {
    // Loaded when it is needed: most commands do without the store.
    const { runCreate } = await import('./run-create.js');
    return await runCreate(args, context);
  },
};
