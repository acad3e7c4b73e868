import type { Digest } from '../oci/digest.js';
import type { ImageOptions } from '../oci/image-options.js';
import type { Descriptor, Platform } from '../oci/manifest.js';
import { platformsOf } from '../oci/platform.js';
import { findParts, type ImageParts } from '../store/image-parts.js';
import { isComplete, missingOf } from './completeness/completeness.js';
import { largestFirst } from './fetch-blobs.js';
import type { Holdings } from './holdings.js';
import type { MirrorClient, TagAnswer } from './mirror-client.js';
import { MirrorRequestError } from './mirror-errors.js';
import { mirrorShelf, type Place } from './mirror-shelf.js';

/** What an image is made of, and what of that the mirror does not hold. */
export interface Looked {
  /** Of the manifest or index that the image stands for now. */
  readonly digest: Digest;
  readonly parts: ImageParts;
  /** Blobs to be fetched, the largest first, each once. */
  readonly missing: readonly Descriptor[];
  /** How the mirror stands to it; `here` also for what is asked for by digest. */
  readonly state: TagAnswer['state'];
  /** That it is not made for some of the platforms; undefined: it is made for all. */
  readonly lacking: MirrorRequestError | undefined;
}

/** Where to look. */
export interface LookOptions {
  readonly client: MirrorClient;
  readonly holdings: Holdings;
  readonly signal: AbortSignal;
}

/**
 * Looks an image up: what its tag stands for now, and what of that is not here for the platforms. When nothing has changed and everything is
 * here, the mirror is asked one HEAD, as is the upstream. Manifests that are not here are fetched.
 * @param pin whether the tag stays at what it stands for here, or at a digest; no upstream is asked then what it stands for
 * @throws MirrorRequestError, OciError, StoreError; the signal's reason
 */
export async function lookUp(
  { client, holdings, signal }: LookOptions,
  place: Place,
  platforms: readonly Platform[],
  pin: ImageOptions['pin'],
): Promise<Looked> {
  const { reference, name } = place;
  const fixed = await fixedDigest(client, place, pin, signal);
  const { digest, state } =
    fixed === undefined ? await askTag(client, place, signal) : ({ digest: fixed, state: 'here' } as const);
  const here = await holdings.image(reference, digest, platforms);
  if (here !== undefined && isWhole(here))
    return { digest, parts: here, missing: [], state, lacking: undefined };
  const parts = await findParts(mirrorShelf(client, holdings, place, signal), digest, platforms);
  const lacking = parts.platforms.every(isMade)
    ? undefined
    : notMade(parts, (await client.manifest(name, digest, signal)).manifest.manifests);
  return { digest, parts, missing: largestFirst(missingOf(parts)), state, lacking };
}

/** Whether all that was looked for is here. */
function isWhole(parts: ImageParts): boolean {
  return parts.platforms.length > 0 && isComplete(parts);
}

async function fixedDigest(
  client: MirrorClient,
  { reference, name }: Place,
  pin: ImageOptions['pin'],
  signal: AbortSignal,
): Promise<Digest | undefined> {
  if (typeof pin === 'string') return pin;
  if (reference.digest !== undefined || !pin) return reference.digest;
  return await client.held(name, reference.tag ?? 'latest', signal);
}

async function askTag(client: MirrorClient, { reference, name }: Place, signal: AbortSignal) {
  const answer = await askFor(client, name, reference.tag ?? 'latest', signal);
  // What is here is served on, and is no news of the upstream. Who told the mirror to be offline wants no news.
  if (answer.stale === undefined || answer.stale === '112') return answer;
  throw new MirrorRequestError(
    `${reference.host} could not be asked; what was fetched earlier stays`,
    undefined,
  );
}

async function askFor(
  client: MirrorClient,
  name: Place['name'],
  tag: string,
  signal: AbortSignal,
): Promise<TagAnswer> {
  try {
    return await client.tag(name, tag, 'ask', signal);
  } catch (error) {
    if (!(error instanceof MirrorRequestError) || !isWordless(error)) throw error;
  }
  // An answer to HEAD has no reason in it; the same question by GET has.
  const { digest, stale } = await client.manifest(name, tag, signal);
  return { digest, stale, state: 'taken' };
}

/** Asking again would cost what there is none of, or tell nothing more. */
function isWordless({ status }: MirrorRequestError): boolean {
  return status !== undefined && status !== 429 && status !== 401;
}

function isMade({ digest }: ImageParts['platforms'][number]): boolean {
  return digest !== undefined;
}

function notMade({ platforms }: ImageParts, entries: readonly Descriptor[]): MirrorRequestError {
  const wanted = platforms.filter((each) => !isMade(each)).map(({ platform }) => platform);
  const there = platformsOf(entries).join(', ');
  return new MirrorRequestError(
    `it is not made for ${wanted.join(', ')}, only for ${there === '' ? 'no platform at all' : there}`,
    undefined,
    { hint: 'set DOCKER_MIRROR_PLATFORMS to platforms that it has' },
  );
}
