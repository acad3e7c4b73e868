import type { CommandGroup } from './command.js';
import { imagesListCommand } from './images/list.js';
import { imagesSyncCommand } from './images/sync.js';

/** `docker-mirror images …` */
export const imagesCommand: CommandGroup = {
  usage: 'images',
  summary: 'The images that are kept ready: those of the settings, and those of images/manifest.txt',
  commands: [imagesListCommand, imagesSyncCommand],
  examples: [['$0 images list', 'what is kept ready, and where each image is named']],
};
