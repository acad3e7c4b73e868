import type { Command } from '../command.js';
import { PATH_OPTION } from '../location.js';

/** `docker-mirror bundle show` */
export const bundleShowCommand: Command = {
  usage: 'show <file>',
  summary: 'Say what is in a bundle, and who signed it',
  positionals: { file: { type: 'text', describe: 'A bundle, or the first volume of one' } },
  options: {
    ...PATH_OPTION,
    verify: { type: 'flag', describe: 'Read all of it and check every digest' },
    json: { type: 'flag', describe: 'Print JSON, for programs' },
  },
  examples: [['$0 bundle show --verify bundle-20261101-020000.tar', 'before it is carried away']],
  async run(args, context) {
    const { runShow } = await import('./run-show.js');
    return await runShow(args, context);
  },
};
