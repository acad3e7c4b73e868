import { CLIENT_OPTIONS } from '../client/options.js';
import type { Command } from '../command.js';
import { OUTPUT_OPTIONS } from './output.js';

/** `docker-mirror render dockerfile` */
export const dockerfileCommand: Command = {
  usage: 'dockerfile',
  summary: 'A Dockerfile for the mirror, from its source and the image of Node.js',
  options: {
    path: CLIENT_OPTIONS.path,
    port: { type: 'number', describe: 'Its port', defaultText: '5000' },
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['$0 render dockerfile --output Dockerfile', 'then "docker build -f Dockerfile -t docker-mirror SOURCE"'],
  ],
  run: async (args, context) => (await import('./run-mirrors.js')).runDockerfile(args, context),
};
