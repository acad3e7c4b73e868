import type { Command } from '../command.js';
import { CA_OPTION } from './access.js';
import { CLIENT_OPTIONS } from './options.js';
import { USER_OPTION } from './place.js';

/** `docker-mirror client podman` */
export const podmanCommand: Command = {
  usage: 'podman',
  summary: 'Have podman, skopeo and buildah pull through the mirror: a file under registries.conf.d',
  options: { ...CLIENT_OPTIONS, ...CA_OPTION, ...USER_OPTION },
  examples: [
    ['$0 client podman', 'show what would be changed'],
    ['$0 client podman --apply', 'change it for this user, or as root for the host'],
    ['$0 client podman --remove', 'take it away again'],
  ],
  run: async (args, context) => (await import('./run-clients.js')).runPodman(args, context),
};
