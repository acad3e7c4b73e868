import { CLIENT_OPTIONS } from '../client/options.js';
import type { Command } from '../command.js';
import { OUTPUT_OPTIONS } from './output.js';

/** `docker-mirror render docker-machine` */
export const dockerMachineCommand: Command = {
  usage: 'docker-machine',
  summary: 'The command line of docker-machine for machines whose Docker uses the mirror',
  options: { url: CLIENT_OPTIONS.url, path: CLIENT_OPTIONS.path, ...OUTPUT_OPTIONS },
  examples: [
    ['$0 render docker-machine --url http://192.168.99.50:5000', 'the name of the machine is to follow'],
  ],
  run: async (args, context) => (await import('./run-guests.js')).runDockerMachine(args, context),
};
