import { changeImage } from '../../images/edit-list.js';
import { isDigest } from '../../oci/digest.js';
import type { Command } from '../command.js';
import { UsageError } from '../errors.js';
import { completeListed } from './complete-listed.js';
import { checkImages, EDIT_OPTIONS, editImages } from './edit.js';

/** `docker-mirror images pin` */
export const imagesPinCommand: Command = {
  usage: 'pin <image> [digest]',
  summary:
    'Hold a tag: at a digest, or at what it stands for here; its registry is not asked for it any more',
  positionals: {
    image: { type: 'text', describe: 'With its tag, such as redis:7; it is added to the list if need be' },
    digest: { type: 'text', describe: 'sha256: and 64 digits' },
  },
  options: {
    ...EDIT_OPTIONS,
    force: { type: 'flag', describe: 'Also when it takes the short name from another image' },
  },
  examples: [
    ['$0 images pin redis:7', 'as it is here'],
    ['$0 images unpin redis:7', 'it follows its registry again'],
  ],
  complete: completeListed,
  async run(args, context) {
    const [image = ''] = checkImages([args.text('image') ?? '']);
    const digest = args.text('digest');
    if (digest !== undefined && !isDigest(digest)) {
      throw new UsageError(`"${digest.slice(0, 140)}" is no digest`, {
        hint: 'write sha256: and 64 hexadecimal digits in lower case',
      });
    }
    return await editImages(args, context, (text) =>
      changeImage(text, image, (options) => ({ ...options, pin: digest ?? true })),
    );
  },
};
