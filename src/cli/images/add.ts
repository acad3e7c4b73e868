import { changeImage, type LineChange } from '../../images/edit-list.js';
import { type ImageOptions, NO_OPTIONS } from '../../oci/image-options.js';
import type { LineWord } from '../../oci/list-line.js';
import { readOptions } from '../../oci/read-options.js';
import { formatReference, parseReference } from '../../oci/reference.js';
import type { Arguments, Command } from '../command.js';
import { UsageError } from '../errors.js';
import { checkImages, EDIT_OPTIONS, editImages } from './edit.js';

/** `docker-mirror images add` */
export const imagesAddCommand: Command = {
  usage: 'add <images..>',
  summary: 'Keep images ready: adds a line for each, or changes what its line says; what is not given stays',
  positionals: { images: { type: 'text', describe: 'Such as redis:7 or ghcr.io/owner/app' } },
  options: {
    platforms: {
      type: 'text',
      describe: 'The platforms to keep, such as linux/amd64,linux/arm64',
      defaultText: 'those of the settings',
    },
    tags: { type: 'text', describe: 'The tags to keep: /REGEX/, or a range of versions such as ^1.4' },
    newest: { type: 'number', describe: 'Of these tags, so many of the newest ones' },
    pin: { type: 'flag', describe: 'The tag stays as it is here, whatever its registry says' },
    'pin-at': { type: 'text', describe: 'The tag stays at this digest' },
    archive: { type: 'flag', describe: 'Write an archive of it by night' },
    force: { type: 'flag', describe: 'Also when it takes the short name from another image' },
    ...EDIT_OPTIONS,
  },
  examples: [
    ['$0 images add redis:7 ghcr.io/owner/app:1.4', 'two images'],
    ['$0 images add ghcr.io/owner/app --tags ^1.4 --newest 2', 'its two newest versions from 1.4 on'],
    ['$0 images add redis:7 --platforms linux/amd64,linux/arm64', 'for two platforms'],
  ],
  async run(args, context) {
    const images = checkImages(args.list('images'));
    const given = optionsOf(args);
    return await editImages(args, context, (text, { names }) => {
      let edited = text;
      const changes: LineChange[] = [];
      const named = new Set(names.map(fullName));
      for (const image of images) {
        const result = changeImage(edited, image, (present) => merged(present, given));
        const isNew = result.changes.some(({ before }) => before === undefined);
        if (isNew && Object.keys(given).length === 0 && named.has(fullName(image))) {
          context.stdout.write(`kept ready by the settings already: ${image}\n`);
          continue;
        }
        edited = result.text;
        changes.push(...result.changes);
      }
      return { text: edited, changes };
    });
  },
};

/** What was not given stays. */
function merged(present: ImageOptions, given: Partial<ImageOptions>): ImageOptions {
  const all = { ...present, ...given };
  if (all.tags === undefined) return all;
  return { ...all, tags: { ...all.tags, newest: all.tags.newest ?? present.tags?.newest } };
}

/** What was asked for, and nothing else. @throws UsageError */
function optionsOf(args: Arguments): Partial<ImageOptions> {
  const words = (['platforms', 'tags', 'newest'] as const).flatMap((name) => wordOf(name, args));
  const [platforms, tags] = [args.text('platforms'), args.text('tags')];
  const [pin, pinAt, archive] = [args.flag('pin'), args.text('pin-at'), args.flag('archive')];
  if (pin || pinAt !== undefined) words.push({ name: 'pin', value: pinAt, problem: undefined });
  // Whether they fit the image is found out when they are put into its line.
  const read = readOptions(words, { namesTag: false, hasDigest: false });
  if ('problem' in read) throw new UsageError(read.problem);
  const { options } = read;
  return {
    ...(platforms === undefined ? {} : { platforms: options.platforms }),
    ...(tags === undefined ? {} : { tags: options.tags }),
    ...(options.pin === NO_OPTIONS.pin ? {} : { pin: options.pin }),
    ...(archive ? { archive } : {}),
  };
}

function wordOf(name: 'platforms' | 'tags' | 'newest', args: Arguments): LineWord[] {
  const value = name === 'newest' ? args.number(name)?.toString() : args.text(name);
  return value === undefined ? [] : [{ name, value, problem: undefined }];
}

function fullName(image: string): string {
  return formatReference(parseReference(image));
}
