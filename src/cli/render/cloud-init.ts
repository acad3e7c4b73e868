import { CA_OPTION } from '../client/access.js';
import { CLIENT_OPTIONS } from '../client/options.js';
import type { Command } from '../command.js';
import { OUTPUT_OPTIONS } from './output.js';

/** `docker-mirror render cloud-init` */
export const cloudInitCommand: Command = {
  usage: 'cloud-init',
  summary: 'User data of cloud-init for guests whose engines use the mirror',
  options: {
    url: CLIENT_OPTIONS.url,
    path: CLIENT_OPTIONS.path,
    ...CA_OPTION,
    embed: {
      type: 'flag',
      describe: 'Carry the script in the user data; otherwise the guest fetches it from the mirror',
    },
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['$0 render cloud-init --url http://10.0.0.5:5000 --output user-data', 'fetched at the first boot'],
    ['$0 render cloud-init --url https://mirror.lab --ca ca.pem --embed', 'nothing has to be fetched'],
  ],
  run: async (args, context) => (await import('./run-guests.js')).runCloudInit(args, context),
};
