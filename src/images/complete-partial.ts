import { MirrorError } from '../errors.js';
import type { Digest } from '../oci/digest.js';
import { formatReference, type Reference } from '../oci/reference.js';
import { repositoryOf } from '../oci/stored-name.js';
import { totalSize } from '../oci/total-size.js';
import type { Store } from '../store/port.js';
import { missingOf } from './completeness/completeness.js';
import { type PartlyHeld, partlyHeld } from './completeness/partly-held.js';
import { createFetcher, type Fetcher, largestFirst } from './fetch-blobs.js';
import { inWords } from './in-words.js';
import type { ImageOutcome } from './last-update.js';
import type { RefreshOptions } from './refresh.js';
import { waitsFor } from './waits.js';
import type { WantedImage } from './wanted-images.js';
import { type KnownUpstreams, nameInStore, wireName } from './wire-name.js';

/** An image that people pulled in part, and what is missing of it. */
export interface PartialImage {
  readonly reference: Reference;
  readonly digest: Digest;
  readonly platforms: readonly Pick<PartlyHeld, 'platform' | 'missing'>[];
}

/**
 * Finds images that people pulled in part, and that no line of the list and no setting names: those are kept whole anyway.
 * @throws StoreError when the store cannot be read
 */
export async function* partialImages(
  store: Store,
  upstreams: KnownUpstreams,
  wanted: readonly WantedImage[],
): AsyncGenerator<PartialImage> {
  const kept = new Set(
    wanted.map(({ reference }) => `${nameInStore(reference, upstreams)}:${reference.tag ?? ''}`),
  );
  const isOther = (repository: string, tag: string) => !kept.has(`${repository}:${tag}`);
  let image: PartialImage | undefined;
  for await (const part of partlyHeld(store, isOther)) {
    // An upstream that is no longer one is not asked.
    if (!upstreams.hosts.has(part.upstream)) continue;
    const next = imageOf(part);
    // Those of one image come one after the other.
    if (image !== undefined && isSame(image, next)) {
      image = { ...image, platforms: [...image.platforms, ...next.platforms] };
      continue;
    }
    if (image !== undefined) yield image;
    image = next;
  }
  if (image !== undefined) yield image;
}

function imageOf({ repository, tag, upstream, digest, platform, missing }: PartlyHeld): PartialImage {
  const reference = {
    host: upstream,
    repository: repositoryOf(upstream, repository),
    tag,
    digest: undefined,
  };
  return { reference, digest, platforms: [{ platform, missing }] };
}

function isSame(a: PartialImage, b: PartialImage): boolean {
  return formatReference(a.reference) === formatReference(b.reference);
}

/**
 * Has the mirror fetch what is missing of such images, by digest: no upstream is asked what a tag stands for. One after the other, as
 * nobody waits for them.
 * @returns what became of each
 * @throws StoreError when the store cannot be read
 */
export async function completePartial(
  images: AsyncIterable<PartialImage>,
  options: RefreshOptions,
): Promise<readonly ImageOutcome[]> {
  const fetcher = createFetcher(options);
  const outcomes: ImageOutcome[] = [];
  for await (const image of images) {
    if (options.signal.aborted) break;
    const outcome = await completeOne(image, fetcher, options);
    outcomes.push(outcome);
    options.onImage(outcome);
  }
  return outcomes;
}

async function completeOne(
  { reference, digest, platforms }: PartialImage,
  fetcher: Fetcher,
  { upstreams, signal, onFetching }: RefreshOptions,
): Promise<ImageOutcome> {
  const image = formatReference(reference);
  const blobs = largestFirst(missingOf({ platforms }));
  const fetched = { bytes: 0, blobs: 0 };
  const come = new Set<Digest>();
  const outcome = (state: ImageOutcome['state'], problem: string | null): ImageOutcome => ({
    image,
    state,
    digest,
    ...fetched,
    problem,
    platforms: platforms.map((each) => afterwards(each, come)),
    partial: true,
  });
  onFetching(image, blobs.length, totalSize(blobs));
  try {
    await fetcher({ image, name: wireName(reference, upstreams) }, blobs, (blob, bytes) => {
      come.add(blob.digest);
      if (bytes === undefined) return;
      fetched.blobs += 1;
      fetched.bytes += bytes;
    });
    return outcome('fetched', null);
  } catch (error) {
    const waits = waitsFor(error, signal);
    if (waits !== undefined) return { ...outcome('waiting', null), waits };
    if (signal.aborted) return outcome('waiting', null);
    if (!(error instanceof MirrorError)) throw error;
    return outcome('failed', inWords(error));
  }
}

function afterwards({ platform, missing }: PartialImage['platforms'][number], come: ReadonlySet<Digest>) {
  const left = missing.filter(({ digest }) => !come.has(digest));
  return { platform, servable: left.length === 0, missing: left.length, bytes: totalSize(left) };
}
