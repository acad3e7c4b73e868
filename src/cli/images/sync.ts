import type { Command } from '../command.js';
import { EXIT } from '../exit-code.js';
import { PATH_OPTION } from '../location.js';
import { openList } from './open-list.js';

/** `docker-mirror images sync` */
export const imagesSyncCommand: Command = {
  usage: 'sync',
  summary: 'Write the images that the settings name into the list, as "start", "apply" and "update" do',
  options: PATH_OPTION,
  examples: [['$0 images sync', 'after the settings were changed']],
  async run(args, context) {
    await openList(args, context);
    return EXIT.ok;
  },
};
