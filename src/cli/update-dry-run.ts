import { readTextIfThere } from '../host/files.js';
import type { PartialImage } from '../images/complete-partial.js';
import { missingOf } from '../images/completeness/completeness.js';
import { countOf } from '../images/count-of.js';
import { formatBytes } from '../images/update-event.js';
import { type WantedImage, wantedImages } from '../images/wanted-images.js';
import { formatPlatform } from '../oci/platform.js';
import { formatReference } from '../oci/reference.js';
import { totalSize } from '../oci/total-size.js';
import type { Layout } from '../render/layout.js';
import { StoreError } from '../store/errors.js';
import type { Arguments, CliContext } from './command.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { fetchSettings } from './fetch-settings.js';
import { configOf, openStore } from './open-store.js';
import { describeWarning } from './report.js';

/** Prints which images an update would look up, and which it would complete; nobody is asked. */
export async function listWanted(layout: Layout, args: Arguments, context: CliContext): Promise<ExitCode> {
  const settings = await fetchSettings(context);
  const { images, problems } = wantedImages((await readTextIfThere(layout.manifest)) ?? '', settings.names);
  const print = (json: object, text: string) =>
    context.stdout.write(`${args.flag('json') ? JSON.stringify(json) : text}\n`);
  for (const { line, message } of problems)
    context.stderr.write(`warning: ${layout.manifest}:${line}: ${message}\n`);
  for (const { image, line, options } of images) {
    const source = line === undefined ? 'settings' : `${layout.manifest}:${line}`;
    const platforms = (options.platforms ?? settings.platforms).map(formatPlatform);
    print({ image, source, platforms }, `${image}  (${source})`);
  }
  if (images.length === 0 && !args.flag('json')) context.stdout.write('No images are to be kept ready.\n');
  if (!settings.completePartial) return EXIT.ok;
  for (const { reference, platforms } of await partlyPulled(layout, images, context)) {
    const image = formatReference(reference);
    const missing = missingOf({ platforms });
    const bytes = totalSize(missing);
    const source = 'pulled in part';
    print(
      { image, source, platforms: platforms.map(({ platform }) => platform), missing: missing.length, bytes },
      `${image}  (${source}, missing ${countOf(missing.length, 'blob')}, ${formatBytes(bytes)})`,
    );
  }
  return EXIT.ok;
}

/** None where there is no mirror yet, or this user may not look into it. */
async function partlyPulled(
  layout: Layout,
  images: readonly WantedImage[],
  context: CliContext,
): Promise<readonly PartialImage[]> {
  if ((await readTextIfThere(layout.config)) === undefined) return [];
  const { partialImages } = await import('../images/complete-partial.js');
  const { store, hosts } = await openStore(await configOf(layout, context));
  const upstreams = { hosts: new Set(hosts.upstreams.keys()), default: hosts.defaultHost };
  const found: PartialImage[] = [];
  try {
    for await (const image of partialImages(store, upstreams, images)) found.push(image);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    context.stderr.write(describeWarning(error));
  } finally {
    await store.close();
  }
  return found;
}
