import type { Command } from '../command.js';
import { CA_OPTION } from './access.js';
import { CLIENT_OPTIONS } from './options.js';
import { RESTART_OPTION } from './restarting.js';

/** `docker-mirror client k3s` */
export const k3sCommand: Command = {
  usage: 'k3s',
  summary: 'Have k3s pull through the mirror: endpoints in registries.yaml',
  options: {
    ...CLIENT_OPTIONS,
    ...CA_OPTION,
    ...RESTART_OPTION,
    file: { type: 'text', describe: 'The registries.yaml', defaultText: '/etc/rancher/k3s/registries.yaml' },
  },
  examples: [
    ['$0 client k3s', 'show what would be changed'],
    ['sudo $0 client k3s --apply', 'change it; k3s reads it when it starts'],
    ['sudo $0 client k3s --apply --restart', 'and restart k3s, whose containers go on running'],
    ['sudo $0 client k3s --apply --file /etc/rancher/rke2/registries.yaml', 'for RKE2'],
  ],
  run: async (args, context) => (await import('./run-clients.js')).runK3s(args, context),
};
