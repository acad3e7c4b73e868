import type { Command } from '../command.js';
import { CA_OPTION } from './access.js';
import { CLIENT_OPTIONS } from './options.js';

/** `docker-mirror client dockerd` */
export const dockerdCommand: Command = {
  usage: 'dockerd',
  summary: 'Have Docker pull through the mirror: its daemon.json, kept as it is otherwise, and a reload',
  options: {
    ...CLIENT_OPTIONS,
    ...CA_OPTION,
    file: {
      type: 'text',
      describe: 'The daemon.json',
      defaultText: 'that of the engine; /etc/docker/daemon.json',
    },
    host: {
      type: 'text',
      describe: 'The engine, as unix:///path/docker.sock',
      defaultText: '$DOCKER_HOST if it is on this host, else the usual socket',
    },
    restart: { type: 'flag', describe: 'Restart Docker when it does not take the change by a reload' },
    json: { type: 'flag', describe: 'Print JSON, for programs' },
  },
  examples: [
    ['$0 client dockerd', 'show what would be changed'],
    ['sudo $0 client dockerd --apply', 'change it, have Docker reload it, and see that it took'],
    ['sudo $0 client dockerd --apply --url http://10.0.0.5:5000', 'a mirror on another host'],
    ['sudo $0 client dockerd --remove', 'put daemon.json back as it was'],
  ],
  run: async (args, context) => (await import('./run-dockerd.js')).runDockerd(args, context),
};
