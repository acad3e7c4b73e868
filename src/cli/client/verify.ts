import type { Command } from '../command.js';
import { CA_OPTION } from './access.js';
import { CLIENT_OPTIONS } from './options.js';

/** The programs that can be asked to pull. */
export const VERIFIABLE = ['docker', 'podman', 'containerd', 'nerdctl', 'crictl'] as const;

/** `docker-mirror client verify` */
export const verifyCommand: Command = {
  usage: 'verify [engine]',
  summary: 'Pull a tiny probe image through an engine, and prove that it came through the mirror',
  positionals: {
    engine: {
      type: 'text',
      describe: 'One engine; without it, each one that is here',
      choices: VERIFIABLE,
    },
  },
  options: {
    url: CLIENT_OPTIONS.url,
    path: CLIENT_OPTIONS.path,
    ...CA_OPTION,
    registry: {
      type: 'text',
      describe: 'The registry whose images are to come through the mirror',
      defaultText: 'docker.io',
    },
    namespace: { type: 'text', describe: 'The namespace of containerd', defaultText: 'default' },
    address: {
      type: 'text',
      describe: 'The socket of containerd',
      defaultText: '/run/containerd/containerd.sock',
    },
    json: { type: 'flag', describe: 'Print JSON, for programs' },
  },
  examples: [
    ['$0 client verify', 'every engine that is here'],
    ['$0 client verify docker', 'one'],
    ['$0 client verify containerd --registry ghcr.io', 'another registry than Docker Hub'],
  ],
  run: async (args, context) => (await import('./run-verify.js')).runVerify(args, context),
};
