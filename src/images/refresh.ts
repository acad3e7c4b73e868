import type { Platform } from '../oci/manifest.js';
import type { AttachedMemory } from './attached-memory.js';
import { createFetcher } from './fetch-blobs.js';
import type { Holdings } from './holdings.js';
import { createLanes } from './lanes.js';
import type { ImageOutcome } from './last-update.js';
import type { MirrorClient } from './mirror-client.js';
import type { Quotas } from './quotas.js';
import { refreshImage } from './refresh-image.js';
import type { WantedImage } from './wanted-images.js';
import type { KnownUpstreams } from './wire-name.js';

/** How images are refreshed. */
export interface RefreshOptions {
  readonly client: MirrorClient;
  readonly holdings: Holdings;
  /** Those that the client keeps to. */
  readonly quotas: Quotas;
  readonly upstreams: KnownUpstreams;
  /** Those of images whose line names none. */
  readonly platforms: readonly Platform[];
  /** Images fetched at once, and blobs at once in all. */
  readonly parallel: number;
  /** What is attached to images: fetched of those of which it was not before, of all, or of none. */
  readonly attached: AttachedMemory | 'always' | 'never';
  /** The mirror asks nobody: it is only told what is here. */
  readonly offline: boolean;
  /** Once aborted, nothing more is begun, and what is under way is given up; the mirror itself goes on with it. */
  readonly signal: AbortSignal;
  /** An image has blobs that are to be fetched: its own, and then, told by themselves, those of what is attached to it. */
  readonly onFetching: (image: string, blobs: number, bytes: number) => void;
  /** Bytes of blobs of an image have come. */
  readonly onBytes: (image: string, count: number) => void;
  /** An image is over, whatever came of it. */
  readonly onImage: (outcome: ImageOutcome) => void;
}

/** Images looked up at once: each costs the upstream one HEAD. */
const LOOKS = 48;

/**
 * Has the mirror fetch what is missing of images. What fails of one image keeps no other from being done, and of an image that fails
 * everything else is fetched all the same.
 * @returns what became of each, in the order given. Never throws
 */
export async function refreshImages(
  images: readonly WantedImage[],
  options: RefreshOptions,
): Promise<readonly ImageOutcome[]> {
  const tools = {
    ...options,
    looks: createLanes(LOOKS, options.signal),
    turns: createLanes(options.parallel, options.signal),
    fetcher: createFetcher(options),
  };
  return await Promise.all(
    images.map(async (wanted) => {
      const outcome = await refreshImage(wanted, tools);
      options.onImage(outcome);
      return outcome;
    }),
  );
}
