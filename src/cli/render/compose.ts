import { CLIENT_OPTIONS } from '../client/options.js';
import type { Command } from '../command.js';
import { OUTPUT_OPTIONS } from './output.js';

/** `docker-mirror render compose` */
export const composeCommand: Command = {
  usage: 'compose',
  summary: 'A file for "docker compose": the mirror as a container',
  options: {
    path: CLIENT_OPTIONS.path,
    port: { type: 'number', describe: 'Its port', defaultText: '5000' },
    data: { type: 'text', describe: 'A folder with what it stores, of user 1000', defaultText: 'a volume' },
    source: { type: 'text', describe: 'The source of docker-mirror', defaultText: 'that of this program' },
    dockerfile: { type: 'text', describe: 'What "render dockerfile" gave', defaultText: './Dockerfile' },
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['$0 render dockerfile --output Dockerfile', 'first, what the image is made of'],
    ['$0 render compose --output compose.yaml', 'then "docker compose up -d"'],
  ],
  run: async (args, context) => (await import('./run-mirrors.js')).runCompose(args, context),
};
