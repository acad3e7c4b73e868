import type { Command } from '../command.js';
import { CA_OPTION } from './access.js';
import { CLIENT_OPTIONS } from './options.js';

/** `docker-mirror client cri-o` */
export const criOCommand: Command = {
  usage: 'cri-o',
  summary: 'Have CRI-O pull through the mirror: the same file as for podman, and a reload',
  options: { ...CLIENT_OPTIONS, ...CA_OPTION },
  examples: [
    ['$0 client cri-o', 'show what would be changed'],
    ['sudo $0 client cri-o --apply', 'change it, and have CRI-O reload it when it runs'],
    ['sudo $0 client cri-o --remove', 'take it away again'],
  ],
  run: async (args, context) => (await import('./run-clients.js')).runCriO(args, context),
};
