import { changeImage, type LineChange } from '../../images/edit-list.js';
import type { Command } from '../command.js';
import { CommandFailure } from '../errors.js';
import { completeListed } from './complete-listed.js';
import { checkImages, EDIT_OPTIONS, editImages } from './edit.js';

/** `docker-mirror images unpin` */
export const imagesUnpinCommand: Command = {
  usage: 'unpin <images..>',
  summary: 'Let tags follow their registries again',
  positionals: { images: { type: 'text', describe: 'Images that are pinned' } },
  options: EDIT_OPTIONS,
  examples: [['$0 images unpin redis:7', 'its registry is asked again']],
  complete: completeListed,
  async run(args, context) {
    const images = checkImages(args.list('images'));
    return await editImages(args, context, (text, { layout }) => {
      let edited = text;
      const changes: LineChange[] = [];
      for (const image of images) {
        const result = changeImage(edited, image, (options) => ({ ...options, pin: false }));
        if (result.changes.some(({ before }) => before === undefined)) {
          throw new CommandFailure(`no line of ${layout.manifest} names ${image}; nothing was changed`);
        }
        edited = result.text;
        changes.push(...result.changes);
      }
      return { text: edited, changes };
    });
  },
};
