import type { CommandGroup } from './command.js';
import { leaseAddCommand } from './lease/add.js';
import { leaseListCommand } from './lease/list.js';
import { leaseReleaseCommand } from './lease/release.js';

/** `docker-mirror lease …` */
export const leaseCommand: CommandGroup = {
  usage: 'lease',
  summary: 'Say who needs the mirror: the first lease starts it, and after the last one it may stop',
  commands: [leaseAddCommand, leaseReleaseCommand, leaseListCommand],
  examples: [
    ['$0 lease add vm1', 'vm1 needs the mirror, which is started if it does not run'],
    ['$0 lease release vm1', 'vm1 does not need it any more'],
    ['$0 lease list', 'who needs it'],
  ],
};
