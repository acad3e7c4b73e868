import type { Command } from '../command.js';
import { CA_OPTION } from './access.js';
import { CLIENT_OPTIONS } from './options.js';
import { USER_OPTION } from './place.js';
import { RESTART_OPTION } from './restarting.js';

/** `docker-mirror client containerd` */
export const containerdCommand: Command = {
  usage: 'containerd',
  summary:
    'Have containerd, ctr, nerdctl and Kubernetes on it pull through the mirror: certs.d/HOST/hosts.toml',
  options: { ...CLIENT_OPTIONS, ...CA_OPTION, ...USER_OPTION, ...RESTART_OPTION },
  examples: [
    ['$0 client containerd', 'show what would be changed'],
    ['sudo $0 client containerd --apply', 'change it'],
    ['sudo $0 client containerd --apply --url http://10.0.0.5:5000', 'a mirror on another host'],
    ['sudo $0 client containerd --remove', 'put back what was there'],
  ],
  run: async (args, context) => (await import('./run-clients.js')).runContainerd(args, context),
};
