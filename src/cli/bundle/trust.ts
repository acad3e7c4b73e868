import type { Command } from '../command.js';
import { PATH_OPTION } from '../location.js';

/** `docker-mirror bundle trust` */
export const bundleTrustCommand: Command = {
  usage: 'trust [file]',
  summary: 'Say whose bundles are taken',
  positionals: {
    file: { type: 'text', describe: 'A public key, as "bundle key" prints it; - for standard input' },
  },
  options: {
    ...PATH_OPTION,
    list: { type: 'flag', describe: 'List the keys that are trusted' },
    remove: { type: 'text', describe: 'Trust the key with this fingerprint no longer' },
    json: { type: 'flag', describe: 'Print JSON, for programs' },
  },
  examples: [
    ['$0 bundle trust mirror.pub', 'compare the fingerprint with that on the other side'],
    ['$0 bundle trust --list', 'who is trusted'],
  ],
  async run(args, context) {
    const { runTrust } = await import('./run-trust.js');
    return await runTrust(args, context);
  },
};
