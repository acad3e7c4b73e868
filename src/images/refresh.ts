import { setTimeout as sleep } from 'node:timers/promises';
import { MirrorError } from '../errors.js';
import type { Digest } from '../oci/digest.js';
import type { Descriptor, Platform } from '../oci/manifest.js';
import { createLanes } from './lanes.js';
import type { ImageOutcome } from './last-update.js';
import { type Looked, lookUp } from './look.js';
import type { MirrorClient } from './mirror-client.js';
import { MirrorRequestError } from './mirror-errors.js';
import type { WantedImage } from './wanted-images.js';
import { type KnownUpstreams, type WireName, wireName } from './wire-name.js';

/** How images are refreshed. */
export interface RefreshOptions {
  readonly client: MirrorClient;
  readonly upstreams: KnownUpstreams;
  readonly platforms: readonly Platform[];
  /** Images fetched at once, and blobs at once in all. */
  readonly parallel: number;
  /** Once aborted, nothing more is begun, and what is under way is given up; the mirror itself goes on with it. */
  readonly signal: AbortSignal;
  /** An image has blobs that are to be fetched. */
  readonly onFetching: (image: string, blobs: number, bytes: number) => void;
  /** Bytes of blobs of an image have come. */
  readonly onBytes: (image: string, count: number) => void;
  /** An image is over, whatever came of it. */
  readonly onImage: (outcome: ImageOutcome) => void;
}

/** Images looked up at once: each costs the upstream one HEAD. */
const LOOKS = 16;
const ATTEMPTS = 3;
const PAUSE_MS = 1_000;
/** Milliseconds that the mirror may take to make a blob visible after its last byte was sent, and the first pause between two looks. */
const KEEPING_MS = 10_000;
const KEEPING_POLL_MS = 5;

/**
 * Has the mirror fetch what is missing of images. What fails of one image keeps no other from being done, and of an image that fails
 * everything else is fetched all the same.
 * @returns what became of each, in the order given. Never throws
 */
export async function refreshImages(
  images: readonly WantedImage[],
  options: RefreshOptions,
): Promise<readonly ImageOutcome[]> {
  const looks = createLanes(LOOKS, options.signal);
  const turns = createLanes(options.parallel, options.signal);
  const fetcher = createFetcher(options);
  return await Promise.all(
    images.map(async (wanted) => {
      const outcome = await refreshOne(wanted);
      options.onImage(outcome);
      return outcome;
    }),
  );

  async function refreshOne(wanted: WantedImage): Promise<ImageOutcome> {
    const { image, reference } = wanted;
    const name = wireName(reference, options.upstreams);
    const fetched = { bytes: 0, blobs: 0 };
    let looked: Looked | undefined;
    const outcome = (state: ImageOutcome['state'], problem: string | null = null) => {
      return { image, state, digest: looked?.digest ?? null, ...fetched, problem };
    };
    try {
      const { client, platforms, signal } = options;
      const found = await looks.run(() => lookUp(client, name, wanted, platforms, signal));
      looked = found;
      if (found.missing.length === 0) return outcome('unchanged');
      await turns.run(async () => {
        const bytes = found.missing.reduce((sum, { size }) => sum + size, 0);
        options.onFetching(image, found.missing.length, bytes);
        await fetcher({ name, image }, found.missing, (count) => {
          fetched.blobs += 1;
          fetched.bytes += count;
        });
      });
      return outcome('fetched');
    } catch (error) {
      return options.signal.aborted ? outcome('waiting') : outcome('failed', inWords(error));
    }
  }
}

/** For which image a blob is fetched, and from where. */
interface Purpose {
  readonly image: string;
  readonly name: WireName;
}

type Fetcher = (
  purpose: Purpose,
  blobs: readonly Descriptor[],
  onBlob: (bytes: number) => void,
) => Promise<void>;

/** Fetches blobs, in as many lanes as the settings say. What two images share is fetched for one of them. */
function createFetcher({ client, parallel, signal, onBytes }: RefreshOptions): Fetcher {
  const lanes = createLanes(parallel, signal);
  const underWay = new Map<Digest, Promise<unknown>>();

  async function fetchOne({ image, name }: Purpose, digest: Digest): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const bytes = await lanes.run(() => download(name, digest, (count) => onBytes(image, count)));
        await untilHeld(name, digest);
        return bytes;
      } catch (error) {
        const again = error instanceof MirrorRequestError && error.retryable && attempt < ATTEMPTS;
        if (signal.aborted || !again) throw error;
        await sleep(PAUSE_MS * attempt, undefined, { signal });
      }
    }
  }

  async function download(name: WireName, digest: Digest, tell: (count: number) => void): Promise<number> {
    let bytes = 0;
    const onCount = (count: number) => {
      bytes += count;
      tell(count);
    };
    await client.fetchBlob(name, digest, onCount, signal);
    return bytes;
  }

  /** The bytes came; a mirror whose disk is full passes them on and keeps nothing. */
  async function untilHeld(name: WireName, digest: Digest): Promise<void> {
    const end = performance.now() + KEEPING_MS;
    for (let pause = KEEPING_POLL_MS; performance.now() < end; pause *= 2) {
      if (await client.holdsBlob(name, digest, signal)) return;
      await sleep(pause, undefined, { signal });
    }
    throw new MirrorRequestError(`the mirror did not keep ${digest}: its log says why`, undefined);
  }

  async function fetchShared(purpose: Purpose, { digest }: Descriptor): Promise<number | undefined> {
    const other = underWay.get(digest);
    if (other !== undefined) {
      // Its failure is told by the image that it is fetched for.
      await other.catch(() => undefined);
      if (await client.holdsBlob(purpose.name, digest, signal)) return undefined;
    }
    const own = fetchOne(purpose, digest).finally(() => {
      if (underWay.get(digest) === own) underWay.delete(digest);
    });
    underWay.set(digest, own);
    return await own;
  }

  return async (purpose, blobs, onBlob) => {
    const results = await Promise.allSettled(
      blobs.map(async (blob) => {
        const bytes = await fetchShared(purpose, blob);
        if (bytes !== undefined) onBlob(bytes);
      }),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
}

function inWords(error: unknown): string {
  if (!(error instanceof MirrorError)) return error instanceof Error ? error.message : String(error);
  return error.hint === undefined ? error.message : `${error.message}: ${error.hint}`;
}
