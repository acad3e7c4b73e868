import type { Command } from '../command.js';
import { CA_OPTION } from './access.js';
import { CLIENT_OPTIONS } from './options.js';

/** `docker-mirror client minikube` */
export const minikubeCommand: Command = {
  usage: 'minikube',
  summary: 'Have clusters of minikube pull through the mirror: files that it puts into each node, and flags',
  options: { ...CLIENT_OPTIONS, ...CA_OPTION },
  examples: [
    [
      '$0 client minikube --url http://192.168.49.1:5000',
      'show the files, and the flags for Docker in its nodes',
    ],
    [
      '$0 client minikube --url http://192.168.49.1:5000 --apply',
      'write the files; "minikube start" takes them',
    ],
    ['$0 client minikube --remove', 'take them away again'],
  ],
  run: async (args, context) => (await import('./run-clusters.js')).runMinikube(args, context),
};
