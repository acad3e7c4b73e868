import type { Command } from '../command.js';
import { OUTPUT_OPTIONS } from './output.js';

/** `docker-mirror render vagrant` */
export const vagrantCommand: Command = {
  usage: 'vagrant',
  summary: 'A Vagrantfile for the mirror in a virtual machine; what it stores survives the machine',
  options: {
    ip: {
      type: 'text',
      describe: 'Its address on a network of this host alone',
      defaultText: '192.168.99.50',
    },
    port: { type: 'number', describe: 'Its port', defaultText: '5000' },
    data: { type: 'text', describe: 'The folder with what it stores', defaultText: './data' },
    source: { type: 'text', describe: 'The source of docker-mirror', defaultText: 'that of this program' },
    box: {
      type: 'text',
      describe: 'A box with Node.js 20 or newer in its packages',
      defaultText: 'debian/trixie64',
    },
    memory: { type: 'number', describe: 'MiB', defaultText: '1024' },
    cpus: { type: 'number', describe: 'Processors', defaultText: '2' },
    ...OUTPUT_OPTIONS,
  },
  examples: [
    ['$0 render vagrant --output Vagrantfile', 'then "vagrant up"'],
    ['$0 render vagrant --ip 192.168.56.50 --data /srv/images', 'another network, and another folder'],
  ],
  run: async (args, context) => (await import('./run-mirrors.js')).runVagrant(args, context),
};
