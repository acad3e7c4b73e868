import { bundleApplyCommand } from './bundle/apply.js';
import { bundleCreateCommand } from './bundle/create.js';
import { bundleKeyCommand } from './bundle/key.js';
import { bundleShowCommand } from './bundle/show.js';
import { bundleTrustCommand } from './bundle/trust.js';
import type { CommandGroup } from './command.js';

/** `docker-mirror bundle …` */
export const bundleCommand: CommandGroup = {
  usage: 'bundle',
  summary: 'Carry all that a mirror has, or only what is new, to one that reaches no registry',
  commands: [
    bundleCreateCommand,
    bundleApplyCommand,
    bundleShowCommand,
    bundleKeyCommand,
    bundleTrustCommand,
  ],
  examples: [
    ['$0 bundle create --output /media/stick', 'everything, in one file'],
    ['$0 bundle create --since bundle-20261101-020000.list.json', 'only what is new since that one'],
    ['$0 bundle trust mirror.pub', 'on the other side, once: the key that "bundle key" printed'],
    ['$0 bundle apply /media/stick/bundle-20261101-020000.tar', 'on the other side'],
  ],
};
