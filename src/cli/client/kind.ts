import type { Command } from '../command.js';
import { CA_OPTION } from './access.js';
import { CLIENT_OPTIONS } from './options.js';

/** `docker-mirror client kind` */
export const kindCommand: Command = {
  usage: 'kind',
  summary: 'Print what clusters of kind need to pull through the mirror',
  options: {
    url: CLIENT_OPTIONS.url,
    path: CLIENT_OPTIONS.path,
    ...CA_OPTION,
    nodes: {
      type: 'flag',
      describe: 'Print a script for the nodes of a cluster that runs, not its configuration',
    },
  },
  examples: [
    [
      '$0 client kind --url http://10.0.0.5:5000 > kind.yaml',
      'then "kind create cluster --config kind.yaml"',
    ],
    [
      '$0 client kind --url http://10.0.0.5:5000 --nodes | sh',
      'then for its nodes; now, and after each new one',
    ],
  ],
  run: async (args, context) => (await import('./run-clusters.js')).runKind(args, context),
};
