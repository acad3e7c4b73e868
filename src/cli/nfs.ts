import type { Command } from './command.js';
import { PATH_OPTION } from './location.js';

/** `docker-mirror nfs`: shares the mirror's folder, as the settings say. */
export const nfsCommand: Command = {
  usage: 'nfs',
  summary: 'Share the folder of the mirror by NFS, as DOCKER_MIRROR_NFS says, or no longer',
  options: {
    apply: { type: 'flag', describe: 'Make the change; without it, it is only shown' },
    remove: { type: 'flag', describe: 'Share it no longer, and put back what was there before' },
    status: {
      type: 'flag',
      describe: 'Say whether it is shared (exit status 0; 1 not as the settings say; 3 not shared)',
    },
    'dry-run': { type: 'flag', describe: 'Only show what would be done' },
    force: { type: 'flag', describe: 'Replace a file of ours that was changed by hand; it is kept' },
    'install-packages': { type: 'flag', describe: 'Install the NFS server when it is not there' },
    json: { type: 'flag', describe: 'Print the status as JSON, for programs' },
    ...PATH_OPTION,
  },
  examples: [
    ['$0 nfs', 'show what would be changed'],
    ['sudo $0 nfs --apply', 'share the folder'],
    ['sudo $0 nfs --status', 'is it shared, and how is it mounted'],
    ['sudo $0 nfs --remove', 'share it no longer'],
  ],
  run: async (args, context) => (await import('./nfs/run-nfs.js')).runNfs(args, context),
};
