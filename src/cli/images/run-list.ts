import { MirrorError } from '../../errors.js';
import { readTextIfThere } from '../../host/files.js';
import { type WantedImage, wantedImages } from '../../images/wanted-images.js';
import { formatOptions } from '../../oci/format-options.js';
import {
  type Aliases,
  aliasesOf,
  formatCollision,
  parseImageList,
  rewrittenName,
} from '../../oci/image-list.js';
import type { Platform } from '../../oci/manifest.js';
import { formatPlatform } from '../../oci/platform.js';
import { layoutOf } from '../../render/layout.js';
import type { Arguments, CliContext } from '../command.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { fetchSettings } from '../fetch-settings.js';
import { mirrorPath } from '../location.js';
import { configOf, type OpenStore, openStore } from '../open-store.js';
import { describeWarning } from '../report.js';
import { describeHeld, type HeldTag, heldTags } from './held.js';
import { openList } from './open-list.js';

/** An image with what the mirror has of it; undefined: that is not known. */
interface Listed {
  readonly wanted: WantedImage;
  readonly alias: string | undefined;
  readonly held: readonly HeldTag[] | undefined;
}

/** Carries out `docker-mirror images list`. */
export async function listImages(args: Arguments, context: CliContext): Promise<ExitCode> {
  // First, as root: afterwards this process is the owner of the list, who may read neither the settings nor the program.
  const look = await prepareLook(args, context);
  const { layout, names, text } = await openList(args, context);
  const { images, problems } = wantedImages(text, names);
  const aliases = aliasesOf(parseImageList(text).images);
  const held = await lookAtStore(images, look, context);
  const listed = images.map((wanted) => {
    return { wanted, alias: aliasOf(wanted, aliases), held: held.get(wanted) };
  });
  if (args.flag('json')) context.stdout.write(`${JSON.stringify(listed.map(asJson), undefined, 2)}\n`);
  else for (const line of describe(listed)) context.stdout.write(`${line}\n`);
  for (const { line, message } of problems) {
    context.stderr.write(`warning: ${layout.manifest}:${line}: ${message}\n`);
  }
  for (const collision of aliases.collisions) {
    context.stderr.write(`warning: ${layout.manifest}: ${formatCollision(collision)}\n`);
  }
  return problems.length === 0 ? EXIT.ok : EXIT.failed;
}

/** What is needed to look at what the mirror has. */
interface Look {
  readonly opened: OpenStore;
  readonly platforms: readonly Platform[];
}

/** Undefined when there is no mirror yet. */
async function prepareLook(args: Arguments, context: CliContext): Promise<Look | undefined> {
  const layout = layoutOf(mirrorPath(args, context));
  return await orWarning(context, async () => {
    if ((await readTextIfThere(layout.config)) === undefined) return undefined;
    const { platforms } = await fetchSettings(context);
    return { opened: await openStore(await configOf(layout, context)), platforms };
  });
}

/** What is here of each; nothing of what nobody can look at: that is said. */
async function lookAtStore(
  images: readonly WantedImage[],
  look: Look | undefined,
  context: CliContext,
): Promise<ReadonlyMap<WantedImage, readonly HeldTag[] | undefined>> {
  const held = new Map<WantedImage, readonly HeldTag[] | undefined>();
  if (look === undefined) return held;
  try {
    for (const image of images) {
      held.set(image, await orWarning(context, () => heldTags(image, look.opened, look.platforms)));
    }
    return held;
  } finally {
    await look.opened.store.close();
  }
}

/** What goes wrong in looking is told, and is no reason not to list the images. */
async function orWarning<T>({ stderr }: CliContext, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    stderr.write(describeWarning(error));
    return undefined;
  }
}

/** What it is pulled by besides its full name. */
function aliasOf(
  { image, options: { tags } }: WantedImage,
  { aliases, collisions }: Aliases,
): string | undefined {
  const name = rewrittenName(image);
  if (collisions.some(({ alias }) => alias === name)) return undefined;
  if (!image.includes('/') || !aliases.has(name)) return undefined;
  return tags === undefined ? `${name}${image.slice(image.indexOf('/') + 1 + name.length)}` : name;
}

function describe(listed: readonly Listed[]): string[] {
  if (listed.length === 0) return ['No images are to be kept ready.'];
  return listed.flatMap(({ wanted: { image, line, options }, alias, held }) => {
    const words = formatOptions(options);
    const from = line === undefined ? 'settings' : `line ${line}`;
    const called = alias === undefined ? '' : `, also called ${alias}`;
    return [
      `${image}${words === '' ? '' : ` ${words}`}  (${from}${called})`,
      ...(held ?? []).map((tag) => {
        return `    ${options.tags === undefined ? '' : `${tag.reference}: `}${describeHeld(tag)}`;
      }),
      ...(held?.length === 0 ? ['    servable offline: no, none of its tags is here'] : []),
    ];
  });
}

function asJson({ wanted: { image, line, options }, alias, held }: Listed) {
  const { platforms, tags, pin, archive } = options;
  return {
    image,
    from: line === undefined ? 'settings' : 'list',
    line: line ?? null,
    platforms: platforms?.map(formatPlatform) ?? null,
    tags: tags === undefined ? null : tags.kind === 'pattern' ? String(tags.pattern) : tags.range,
    newest: tags?.newest ?? null,
    pin,
    archive,
    alias: alias ?? null,
    held: held?.map(({ digest, ...rest }) => ({ ...rest, digest: digest ?? null })) ?? null,
  };
}
