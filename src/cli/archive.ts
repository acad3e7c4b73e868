import { resolve } from 'node:path';
import { readTextIfThere } from '../host/files.js';
import { type ArchiveEvent, archiveAll } from '../images/archive/archive-all.js';
import { describeArchiveEvent, formatSize } from '../images/archive/describe.js';
import type { Compression } from '../images/compressor.js';
import { parseImageList } from '../oci/image-list.js';
import { type Layout, layoutOf } from '../render/layout.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { Arguments, CliContext, Command } from './command.js';
import { CommandFailure, Interrupted, UsageError } from './errors.js';
import { EXIT } from './exit-code.js';
import { jsonPrinter, liveLine } from './live-line.js';
import { mirrorPath, PATH_OPTION } from './location.js';
import { configOf, openStore } from './open-store.js';

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
    const layout = layoutOf(mirrorPath(args, context));
    checkArguments(args);
    const config = await configOf(layout, context);
    const images = args.flag('all') ? await listedImages(config, layout, context) : args.list('images');
    const wanted = (await context.settings.load(context.env, false)).settings.mirror?.archive;
    const output = args.text('output');
    const { store, hosts } = await openStore(config);
    try {
      const { failed } = await archiveAll(
        images,
        {
          store,
          hosts,
          folder: output === undefined ? layout.archives : resolve(context.cwd, output),
          compression: (args.text('compression') as Compression | undefined) ?? wanted?.compression ?? 'gzip',
          platforms: platformsOf(args),
          hostPlatform: hostPlatform(),
          keep: wanted?.keep ?? 1,
          force: args.flag('force'),
          signal: context.interrupted,
        },
        printer(args.flag('json'), context),
      );
      return failed === 0 ? EXIT.ok : EXIT.failed;
    } catch (error) {
      if (!context.interrupted.aborted) throw error;
      throw new Interrupted('interrupted: the archive that was being written is as it was before');
    } finally {
      await store.close();
    }
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

/** What stands after `--` are names of images. */
function platformsOf(args: Arguments): string[] {
  const all = args.list('platform');
  return all.slice(0, all.length - args.rest.length);
}

/** Lines that name no image are told, and do not keep the others from being archived. */
async function listedImages(
  { mirror }: EngineConfig,
  layout: Layout,
  { stderr }: CliContext,
): Promise<readonly string[]> {
  const file = mirror.images ?? layout.manifest;
  const text = await readTextIfThere(file);
  if (text === undefined) {
    throw new CommandFailure(`there is no list of images: ${file}`, {
      hint: 'write one image a line, such as redis:7',
    });
  }
  const { images, problems } = parseImageList(text);
  for (const { line, message } of problems) stderr.write(`warning: ${file}:${line}: ${message}\n`);
  return images.map(({ written }) => written);
}

function printer(json: boolean, { stdout, stderr }: CliContext): (event: ArchiveEvent) => void {
  if (json) return jsonPrinter(stdout);
  const line = liveLine(stderr);
  return (event) => {
    if (event.event === 'progress') {
      const { image, done, total } = event;
      line.show(() => `${image}: ${formatSize(done)} of ${formatSize(total)}`);
      return;
    }
    line.clear();
    const text = describeArchiveEvent(event);
    if (text !== undefined) (event.event === 'failed' ? stderr : stdout).write(`${text}\n`);
  };
}

/** Containers are Linux everywhere: engines of macOS and Windows run them in a virtual machine. */
function hostPlatform(): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };
  return `linux/${names[process.arch] ?? process.arch}`;
}
