import type { Command } from '../command.js';
import { PATH_OPTION } from '../location.js';

/** `docker-mirror images list` */
export const imagesListCommand: Command = {
  usage: 'list',
  summary: 'List the images that are kept ready, where each is named, and what of it is here',
  options: { ...PATH_OPTION, json: { type: 'flag', describe: 'Print JSON, for programs' } },
  examples: [['$0 images list --json', 'for programs']],
  async run(args, context) {
    // Loaded when it is needed: it looks into the store.
    const { listImages } = await import('./run-list.js');
    return await listImages(args, context);
  },
};
