import { resolve } from 'node:path';
import { actAsOwner } from '../host/act-as-owner.js';
import { readTextIfThere } from '../host/files.js';
import { type ArchiveEvent, type ArchiveRequest, archiveAll } from '../images/archive/archive-all.js';
import { archiveKept } from '../images/archive/archive-kept.js';
import { describeArchiveEvent } from '../images/archive/describe.js';
import type { Compression } from '../images/compressor.js';
import { type WantedImage, wantedImages } from '../images/wanted-images.js';
import { type Layout, layoutOf } from '../render/layout.js';
import type { EngineConfig } from '../settings/engine-config.js';
import { platformsOf } from './archive.js';
import { archiveBars } from './archive-bars.js';
import { archiveDefaults } from './archive-settings.js';
import type { Arguments, CliContext } from './command.js';
import { CommandFailure, Interrupted } from './errors.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { fetchSettings } from './fetch-settings.js';
import { jsonPrinter } from './live-line.js';
import { mirrorPath } from './location.js';
import { configOf, openStore } from './open-store.js';

/** Carries out `docker-mirror archive`, once its arguments were checked. */
export async function runArchive(args: Arguments, context: CliContext): Promise<ExitCode> {
  const layout = layoutOf(mirrorPath(args, context));
  const config = await configOf(layout, context);
  const { names, platforms: keptFor, archives } = await fetchSettings(context);
  const kept = args.flag('all') ? await keptImages(config, layout, names, context) : undefined;
  const output = args.text('output');
  const folder = output === undefined ? layout.archives : resolve(context.cwd, output);
  const defaults = archiveDefaults(archives);
  await actAsOwner(folder);
  const { store, hosts } = await openStore(config);
  const { tell, end } = printer(args.flag('json'), context);
  const options = {
    ...defaults,
    store,
    hosts,
    folder,
    compression: (args.text('compression') as Compression | undefined) ?? defaults.compression,
    platforms: platformsOf(args),
    keptFor,
    force: args.flag('force'),
    signal: context.interrupted,
  };
  try {
    const { failed } =
      kept === undefined
        ? await archiveAll(asRequests(args.list('images')), options, tell)
        : await archiveKept(kept, options, tell);
    return failed === 0 ? EXIT.ok : EXIT.failed;
  } catch (error) {
    if (!context.interrupted.aborted) throw error;
    throw new Interrupted('interrupted: the archive that was being written is as it was before');
  } finally {
    end();
    await store.close();
  }
}

function asRequests(images: readonly string[]): ArchiveRequest[] {
  return images.map((image) => ({ image }));
}

/** Lines that name no image are told, and do not keep the others from being archived. */
async function keptImages(
  { mirror }: EngineConfig,
  layout: Layout,
  names: readonly string[],
  { stderr }: CliContext,
): Promise<readonly WantedImage[]> {
  const file = mirror.images ?? layout.manifest;
  const text = await readTextIfThere(file);
  if (text === undefined && names.length === 0) {
    throw new CommandFailure(`there is no list of images: ${file}`, {
      hint: 'write one image a line, such as redis:7',
    });
  }
  const { images, problems } = wantedImages(text ?? '', names);
  for (const { line, message } of problems) stderr.write(`warning: ${file}:${line}: ${message}\n`);
  return images;
}

interface Printer {
  tell(event: ArchiveEvent): void;
  end(): void;
}

/** Lines go to standard output, and how far it is to standard error, which is a terminal more often. */
function printer(json: boolean, { stdout, stderr }: CliContext): Printer {
  if (json) return { tell: jsonPrinter(stdout), end: () => undefined };
  const bars = archiveBars(stderr);
  return {
    tell(event) {
      bars.note(event);
      const text = describeArchiveEvent(event);
      const output = event.event === 'failed' ? stderr : stdout;
      if (text !== undefined) bars.above(() => output.write(`${text}\n`));
    },
    end: bars.end,
  };
}
