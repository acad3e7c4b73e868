import type { Command } from './command.js';
import { PATH_OPTION } from './location.js';

/** `docker-mirror import` */
export const importCommand: Command = {
  usage: 'import <files..>',
  summary: 'Put the images of archives into the mirror, whether it runs or not',
  positionals: {
    files: {
      type: 'text',
      describe:
        'What "docker-mirror archive", "docker save", "podman save" or "skopeo copy" wrote; - for standard input',
    },
  },
  options: {
    ...PATH_OPTION,
    name: { type: 'text', describe: 'What to call the one image in it', defaultText: 'as the archive says' },
    pushed: {
      type: 'flag',
      describe: 'They are images of your own, as if pushed, and copies of no upstream',
    },
    force: { type: 'flag', describe: 'Replace an image that was pushed under the same name' },
    json: { type: 'flag', describe: 'Print events as JSON, one a line' },
  },
  examples: [
    ['$0 import redis_7.tar.gz', 'then redis:7 is served as if it had been pulled'],
    ['docker save team/app:1 | $0 import --pushed -', 'an image of your own'],
  ],
  async run(args, context) {
    // Loaded when it is needed: most commands do without the store.
    const { runImport } = await import('./run-import.js');
    return await runImport(args, context);
  },
};
