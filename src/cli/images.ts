import type { CommandGroup } from './command.js';
import { imagesAddCommand } from './images/add.js';
import { imagesHistoryCommand } from './images/history.js';
import { imagesListCommand } from './images/list.js';
import { imagesPinCommand } from './images/pin.js';
import { imagesRemoveCommand } from './images/remove.js';
import { imagesRollbackCommand } from './images/rollback.js';
import { imagesSyncCommand } from './images/sync.js';
import { imagesUnpinCommand } from './images/unpin.js';

/** `docker-mirror images …` */
export const imagesCommand: CommandGroup = {
  usage: 'images',
  summary: 'The images that are kept ready: those of the settings, and those of images/manifest.txt',
  commands: [
    imagesListCommand,
    imagesAddCommand,
    imagesRemoveCommand,
    imagesPinCommand,
    imagesUnpinCommand,
    imagesHistoryCommand,
    imagesRollbackCommand,
    imagesSyncCommand,
  ],
  examples: [
    ['$0 images list', 'what is kept ready, and where each image is named'],
    ['$0 images add redis:7', 'one more'],
  ],
};
