import type { Compression } from '../images/compressor.js';
import type { Arguments, Command } from './command.js';
import { UsageError } from './errors.js';
import { PATH_OPTION } from './location.js';

const COMPRESSIONS: readonly Compression[] = ['gzip', 'zstd', 'none'];

/** `docker-mirror archive` */
export const archiveCommand: Command = {
  usage: 'archive [images..]',
  summary: 'Write images that are here to files that container engines load and "import" reads',
  positionals: {
    images: { type: 'text', describe: 'Names of images, such as redis:7 or ghcr.io/owner/app:1.4' },
  },
  options: {
    ...PATH_OPTION,
    all: { type: 'flag', describe: 'Every image of images/manifest.txt' },
    output: { type: 'text', alias: 'o', describe: 'The folder to write to', defaultText: 'images/archives' },
    compression: {
      type: 'text',
      describe: 'How the files are compressed',
      choices: COMPRESSIONS,
      defaultText: 'that of the settings, gzip unless changed',
    },
    platform: {
      type: 'text',
      describe: 'Only this platform, such as linux/arm64; may be given again',
      defaultText: 'all that are here',
    },
    force: { type: 'flag', describe: 'Write anew what is unchanged' },
    json: { type: 'flag', describe: 'Print events as JSON, one a line' },
  },
  examples: [
    ['$0 archive redis:7', 'images/archives/redis_7.tar.gz and its checksum'],
    ['$0 archive --all', 'everything that is kept ready'],
    ['docker load -i redis_7.tar.gz', 'on a host that reaches no registry; podman and ctr read it too'],
  ],
  async run(args, context) {
    checkArguments(args);
    // Loaded when it is needed: most commands do without the store.
    const { runArchive } = await import('./run-archive.js');
    return await runArchive(args, context);
  },
};

function checkArguments(args: Arguments): void {
  const named = args.list('images').length > 0;
  if (args.flag('all') === named) {
    throw new UsageError(
      named ? '--all leaves no room for names' : 'the name of an image, or --all, is needed',
    );
  }
  if (args.text('output') === '') throw new UsageError('--output needs a folder');
  for (const platform of platformsOf(args)) {
    if (/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9]+)?$/.test(platform)) continue;
    throw new UsageError(`--platform ${platform}: expected a platform such as linux/amd64 or linux/arm/v7`);
  }
}

/** The platforms that were asked for. What stands after `--` are names of images. */
export function platformsOf(args: Arguments): string[] {
  const all = args.list('platform');
  return all.slice(0, all.length - args.rest.length);
}
