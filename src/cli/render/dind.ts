import { CLIENT_OPTIONS } from '../client/options.js';
import type { Command } from '../command.js';
import { OUTPUT_OPTIONS } from './output.js';

/** `docker-mirror render dind` */
export const dindCommand: Command = {
  usage: 'dind',
  summary: 'A daemon.json for a Docker inside a container',
  options: { url: CLIENT_OPTIONS.url, path: CLIENT_OPTIONS.path, ...OUTPUT_OPTIONS },
  examples: [
    [
      '$0 render dind --url http://172.17.0.1:5000 --output daemon.json',
      'to be mounted as /etc/docker/daemon.json of the container',
    ],
  ],
  run: async (args, context) => (await import('./run-guests.js')).runDind(args, context),
};
