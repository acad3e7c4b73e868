import { type WantedImage, wantedImages } from '../../images/wanted-images.js';
import { formatOptions } from '../../oci/format-options.js';
import { aliasesOf, parseImageList, rewrittenName } from '../../oci/image-list.js';
import { formatPlatform } from '../../oci/platform.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-code.js';
import { PATH_OPTION } from '../location.js';
import { openList } from './open-list.js';

/** `docker-mirror images list` */
export const imagesListCommand: Command = {
  usage: 'list',
  summary: 'List the images that are kept ready, and where each is named',
  options: { ...PATH_OPTION, json: { type: 'flag', describe: 'Print JSON, for programs' } },
  examples: [['$0 images list --json', 'for programs']],
  async run(args, context) {
    const { layout, names, text } = await openList(args, context);
    const { images, problems } = wantedImages(text, names);
    const { aliases } = aliasesOf(parseImageList(text).images);
    const shortName = ({ image }: WantedImage) => {
      const name = rewrittenName(image);
      return !image.includes('/') || aliases.has(name) ? name : null;
    };
    if (args.flag('json')) {
      const shown = images.map((each) => ({ ...asJson(each), alias: shortName(each) }));
      context.stdout.write(`${JSON.stringify(shown, undefined, 2)}\n`);
    } else {
      for (const each of images) context.stdout.write(`${describe(each)}\n`);
      if (images.length === 0) context.stdout.write('No images are to be kept ready.\n');
    }
    for (const { line, message } of problems) {
      context.stderr.write(`warning: ${layout.manifest}:${line}: ${message}\n`);
    }
    return problems.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

function describe({ image, line, options }: WantedImage): string {
  const words = formatOptions(options);
  return `${image}${words === '' ? '' : ` ${words}`}  (${line === undefined ? 'settings' : `line ${line}`})`;
}

function asJson({ image, line, options: { platforms, tags, pin, archive } }: WantedImage) {
  return {
    image,
    from: line === undefined ? 'settings' : 'list',
    line: line ?? null,
    platforms: platforms?.map(formatPlatform) ?? null,
    tags: tags === undefined ? null : tags.kind === 'pattern' ? String(tags.pattern) : tags.range,
    newest: tags?.newest ?? null,
    pin,
    archive,
  };
}
