import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '../oci/digest.js';
import type { Descriptor } from '../oci/manifest.js';
import { createLanes } from './lanes.js';
import type { MirrorClient } from './mirror-client.js';
import { MirrorRequestError } from './mirror-errors.js';
import { persist } from './persist.js';
import type { WireName } from './wire-name.js';

/** For which image blobs are fetched, and from where. */
export interface Purpose {
  readonly image: string;
  readonly name: WireName;
}

/** How blobs are fetched. */
export interface FetcherOptions {
  readonly client: MirrorClient;
  /** Blobs at once, for all images together. */
  readonly parallel: number;
  readonly signal: AbortSignal;
  /** So many more bytes have come. */
  readonly onBytes: (image: string, count: number) => void;
}

/**
 * Has the mirror fetch blobs, in the order given as far as there are lanes, all of them even when some fail.
 * @param onBlob told of each blob that is here now, and of its bytes; undefined when another image had it fetched
 * @throws what the first one that failed failed with
 */
export type Fetcher = (
  purpose: Purpose,
  blobs: readonly Descriptor[],
  onBlob: (blob: Descriptor, bytes: number | undefined) => void,
) => Promise<void>;

/** In the order that takes least time as a whole when several are fetched at once. */
export function largestFirst(blobs: readonly Descriptor[]): Descriptor[] {
  return [...blobs].sort((a, b) => b.size - a.size);
}

/** Milliseconds that the mirror may take to make a blob visible after its last byte was sent, and the first pause between two looks. */
const KEEPING_MS = 10_000;
const KEEPING_POLL_MS = 5;

/** Makes a fetcher. What two images share is fetched for one of them. */
export function createFetcher({ client, parallel, signal, onBytes }: FetcherOptions): Fetcher {
  const lanes = createLanes(parallel, signal);
  const underWay = new Map<Digest, Promise<unknown>>();

  async function fetchOne({ image, name }: Purpose, blob: Descriptor): Promise<void> {
    // What a second attempt passes again has been told of.
    let told = 0;
    await persist(async () => {
      let passed = 0;
      const onCount = (count: number) => {
        passed += count;
        if (passed <= told) return;
        onBytes(image, passed - told);
        told = passed;
      };
      await lanes.run(() => client.fetchBlob(name, blob, onCount, signal));
      await untilHeld(name, blob.digest);
    }, signal);
  }

  /** The bytes came; a mirror whose disk is full passes them on and keeps nothing. */
  async function untilHeld(name: WireName, digest: Digest): Promise<void> {
    const end = performance.now() + KEEPING_MS;
    for (let pause = KEEPING_POLL_MS; performance.now() < end; pause *= 2) {
      if ((await client.blobSize(name, digest, signal)) !== undefined) return;
      await sleep(pause, undefined, { signal });
    }
    throw new MirrorRequestError(`the mirror did not keep ${digest}: its log says why`, undefined);
  }

  async function fetchShared(purpose: Purpose, blob: Descriptor): Promise<number | undefined> {
    const other = underWay.get(blob.digest);
    if (other !== undefined) {
      // Its failure is told by the image that it is fetched for.
      await other.catch(() => undefined);
      if ((await client.blobSize(purpose.name, blob.digest, signal)) !== undefined) return undefined;
    }
    const own = fetchOne(purpose, blob).finally(() => {
      if (underWay.get(blob.digest) === own) underWay.delete(blob.digest);
    });
    underWay.set(blob.digest, own);
    await own;
    return blob.size;
  }

  return async (purpose, blobs, onBlob) => {
    const results = await Promise.allSettled(
      blobs.map(async (blob) => onBlob(blob, await fetchShared(purpose, blob))),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
}
