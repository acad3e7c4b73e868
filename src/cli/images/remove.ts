import { type LineChange, removeImage } from '../../images/edit-list.js';
import { formatReference, parseReference } from '../../oci/reference.js';
import type { Command } from '../command.js';
import { CommandFailure } from '../errors.js';
import { completeListed } from './complete-listed.js';
import { checkImages, EDIT_OPTIONS, editImages } from './edit.js';
import { describeRemedy, howToRemove, type SettingsRemedy } from './of-settings.js';

/** `docker-mirror images remove` */
export const imagesRemoveCommand: Command = {
  usage: 'remove <images..>',
  summary:
    'Keep images ready no longer: takes their lines out of the list; what the mirror has of them stays',
  positionals: { images: { type: 'text', describe: 'As they are listed, or written in another way' } },
  options: EDIT_OPTIONS,
  examples: [['$0 images remove ghcr.io/owner/app:1.4', 'an image of the list']],
  complete: completeListed,
  async run(args, context) {
    const images = checkImages(args.list('images'));
    return await editImages(args, context, (text, { names, settings, layout }) => {
      let edited = text;
      const changes: LineChange[] = [];
      for (const image of images) {
        const result = removeImage(edited, image);
        const name = names.find((each) => fullName(each) === fullName(image));
        const remedy = name === undefined ? undefined : howToRemove(name, settings);
        if (result.changes.length === 0) throw absent(image, layout.manifest, remedy);
        if (remedy !== undefined) {
          context.stderr.write(`warning: the settings name ${image}, too\nhint: ${describeRemedy(remedy)}\n`);
        }
        edited = result.text;
        changes.push(...result.changes);
      }
      return { text: edited, changes };
    });
  },
};

function absent(image: string, file: string, remedy: SettingsRemedy | undefined): CommandFailure {
  if (remedy === undefined) {
    return new CommandFailure(`${image} is not in ${file}`, {
      hint: '"docker-mirror images list" shows what is; nothing was changed',
    });
  }
  return new CommandFailure(`${image} is named by the settings, and not by a line of the list`, {
    hint: `${describeRemedy(remedy)}; nothing was changed`,
  });
}

function fullName(image: string): string {
  return formatReference(parseReference(image));
}
