import { MirrorError } from '../errors.js';
import { formatReference } from '../oci/reference.js';
import { createLanes } from './lanes.js';
import type { MirrorClient } from './mirror-client.js';
import { MirrorRequestError } from './mirror-errors.js';
import { persist } from './persist.js';
import { selectTags } from './tags/select-tags.js';
import type { WantedImage } from './wanted-images.js';
import { type KnownUpstreams, wireName } from './wire-name.js';

/** How lines that select tags become images. */
export interface ExpandOptions {
  readonly client: MirrorClient;
  readonly upstreams: KnownUpstreams;
  /** The mirror asks nobody: the tags that are here count. */
  readonly offline: boolean;
  readonly signal: AbortSignal;
}

/** The images to keep, each with one tag or digest, and the lines of which it cannot be told which these are. */
export interface ExpandedImages {
  readonly images: readonly WantedImage[];
  readonly failed: readonly { readonly image: string; readonly error: MirrorError }[];
}

/** Tags of one line, unless it says itself how many it wants. */
const MOST_TAGS = 200;
/** Repositories whose tags are asked for at once. */
const LISTS = 8;

/**
 * Asks which tags the repositories of lines with `tags=` have, and makes an image of each that is selected. Others stay as they are, and
 * count where a line names the very tag that another one selects.
 * @throws the signal's reason
 */
export async function expandTags(
  images: readonly WantedImage[],
  options: ExpandOptions,
): Promise<ExpandedImages> {
  const lanes = createLanes(LISTS, options.signal);
  const failed: { image: string; error: MirrorError }[] = [];
  const expanded = await Promise.all(
    images.map(async (wanted) => {
      try {
        return await lanes.run(() => expandOne(wanted, options));
      } catch (error) {
        if (options.signal.aborted || !(error instanceof MirrorError)) throw error;
        // Who asks nobody has none of them.
        if (options.offline && isNotHere(error)) return [];
        failed.push({ image: wanted.image, error });
        return [];
      }
    }),
  );
  const named = new Set(images.filter(namesItself).map(({ reference }) => formatReference(reference)));
  const once = new Map<string, WantedImage>();
  for (const [i, all] of expanded.entries()) {
    const isNamed = images[i] !== undefined && namesItself(images[i]);
    for (const each of all) {
      const key = formatReference(each.reference);
      if (once.has(key) || (!isNamed && named.has(key))) continue;
      once.set(key, each);
    }
  }
  return { images: [...once.values()], failed };
}

function isNotHere(error: MirrorError): boolean {
  return error instanceof MirrorRequestError && error.status === 404;
}

function namesItself({ options }: WantedImage): boolean {
  return options.tags === undefined;
}

async function expandOne(
  wanted: WantedImage,
  { client, upstreams, offline, signal }: ExpandOptions,
): Promise<WantedImage[]> {
  const { image, reference, options } = wanted;
  const selection = options.tags;
  if (selection === undefined) return [wanted];
  const { tags, stale } = await persist(() => client.tags(wireName(reference, upstreams), signal), signal);
  if (stale && !offline) {
    throw new MirrorRequestError(
      `${reference.host} could not be asked for its tags; what was fetched earlier stays`,
      undefined,
    );
  }
  const selected = selectTags(tags, selection);
  if (selected.length === 0 && !offline) {
    throw new MirrorRequestError(`none of its ${tags.length} tags is selected`, undefined, {
      hint: 'change tags= in its line',
    });
  }
  if (selected.length > MOST_TAGS && selection.newest === undefined) {
    throw new MirrorRequestError(
      `${selected.length} of its tags are selected, more than ${MOST_TAGS}`,
      undefined,
      { hint: 'add newest=N to its line, or select fewer with tags=' },
    );
  }
  return selected.map((tag) => ({
    ...wanted,
    image: `${image}:${tag}`,
    reference: { ...reference, tag, digest: undefined },
    options: { ...options, tags: undefined },
  }));
}
