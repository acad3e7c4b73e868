import type { Command } from '../command.js';
import { CA_OPTION } from './access.js';
import { CLIENT_OPTIONS } from './options.js';
import { USER_OPTION } from './place.js';
import { RESTART_OPTION } from './restarting.js';

/** `docker-mirror client buildkit` */
export const buildkitCommand: Command = {
  usage: 'buildkit',
  summary: 'Have BuildKit pull through the mirror: a part of buildkitd.toml',
  options: {
    ...CLIENT_OPTIONS,
    ...CA_OPTION,
    ...USER_OPTION,
    ...RESTART_OPTION,
    file: { type: 'text', describe: 'The buildkitd.toml', defaultText: '/etc/buildkit/buildkitd.toml' },
  },
  examples: [
    ['$0 client buildkit', 'show what would be changed'],
    ['sudo $0 client buildkit --apply', 'change it'],
    [
      '$0 client buildkit --apply --file ./buildkitd.toml --url http://10.0.0.5:5000',
      'for "docker buildx create --config ./buildkitd.toml"',
    ],
  ],
  run: async (args, context) => (await import('./run-clients.js')).runBuildkit(args, context),
};
