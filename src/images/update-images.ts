import type { MirrorError } from '../errors.js';
import type { Platform } from '../oci/manifest.js';
import { StoreError } from '../store/errors.js';
import type { Store } from '../store/port.js';
import { openAttachedMemory } from './attached-memory.js';
import { completePartial, partialImages } from './complete-partial.js';
import { expandTags } from './expand-tags.js';
import { holdingsOf } from './holdings.js';
import { inWords } from './in-words.js';
import type { ImageOutcome } from './last-update.js';
import { limitClient } from './limited-client.js';
import { createMirrorClient } from './mirror-client.js';
import type { MirrorAccess } from './mirror-http.js';
import { createQuotas } from './quotas.js';
import { type RefreshOptions, refreshImages } from './refresh.js';
import type { ArchiveStep } from './update-archives.js';
import { waitsFor } from './waits.js';
import type { WantedImage, WantedImages } from './wanted-images.js';
import type { KnownUpstreams } from './wire-name.js';

/** What there is to do. */
export interface PreparedUpdate {
  readonly access: MirrorAccess;
  readonly upstreams: KnownUpstreams;
  /** The mirror's store; it is closed when the update is over. */
  readonly store: Store;
  readonly wanted: WantedImages;
  readonly platforms: readonly Platform[];
  readonly parallel: number;
  /** Pulls that each upstream's rate limit has to leave to people. */
  readonly reserve: number;
  /** Whether the mirror is told to ask no upstream. */
  readonly offline: boolean;
  /** Whether what is attached to images is fetched as well. */
  readonly attached: boolean;
  /** Whether the rest of images is fetched that people pulled in part. */
  readonly completePartial: boolean;
  /** Days that the logs of updates are kept. */
  readonly logRetentionDays: number;
  /** Writes archives once the images are up to date; undefined: none. */
  readonly archive: ArchiveStep | undefined;
}

/** Who is told what becomes of images, and where an update remembers. */
export interface UpdateProgress
  extends Pick<RefreshOptions, 'signal' | 'onFetching' | 'onBytes' | 'onImage'> {
  /** The file of the memory of what is attached to images. */
  readonly attachedMemory: string;
  /** Told once which images there are, before any of them. */
  readonly onImages: (images: readonly string[]) => Promise<void>;
  /** Told of what goes wrong beside the images themselves. */
  readonly onWarning: (error: unknown) => void;
}

/**
 * Has a running mirror fetch what is missing or has changed of the images to keep.
 * @throws FileError, StoreError; the signal's reason
 */
export async function updateImages(
  prepared: PreparedUpdate,
  progress: UpdateProgress,
): Promise<readonly ImageOutcome[]> {
  const { upstreams, wanted, offline } = prepared;
  const { signal, onImage } = progress;
  const onDenied = once(progress.onWarning);
  const quotas = createQuotas({ upstreams, reserve: prepared.reserve, signal });
  const asking = await createMirrorClient(prepared.access, { background: true, watch: quotas.watch });
  const client = limitClient(asking, quotas);
  try {
    const { images, failed } = await expandTags(wanted.images, { client, upstreams, offline, signal });
    const failures = [
      ...wanted.problems.map(({ line, message }) => asFailure(`line ${line} of the list`, message)),
      ...failed.map(({ image, error }) => notExpanded(image, error, signal)),
    ];
    await progress.onImages([...failures, ...images].map(({ image }) => image));
    failures.forEach(onImage);
    const memory = prepared.attached
      ? await openAttachedMemory(progress.attachedMemory, Date.now())
      : undefined;
    const options: RefreshOptions = {
      ...progress,
      client,
      quotas,
      upstreams,
      holdings: holdingsOf(prepared.store, upstreams, onDenied),
      platforms: prepared.platforms,
      parallel: prepared.parallel,
      attached: memory ?? 'never',
      offline,
    };
    const outcomes = await refreshImages(images, options);
    await memory?.save().catch(progress.onWarning);
    return [...failures, ...outcomes, ...(await rest(prepared, images, options, onDenied))];
  } finally {
    await client.close();
    await prepared.store.close();
  }
}

/** What people pulled in part; where the store cannot be read nobody knows of it. */
async function rest(
  { store, upstreams, completePartial: isWanted }: PreparedUpdate,
  images: readonly WantedImage[],
  options: RefreshOptions,
  onDenied: (error: unknown) => void,
): Promise<readonly ImageOutcome[]> {
  if (!isWanted || options.offline || options.signal.aborted) return [];
  try {
    return await completePartial(partialImages(store, upstreams, images), options);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    onDenied(error);
    return [];
  }
}

function once(tell: (error: unknown) => void): (error: unknown) => void {
  let told = false;
  return (error) => {
    if (!told) tell(error);
    told = true;
  };
}

/** It cannot be told which tags there are. */
function notExpanded(image: string, error: MirrorError, signal: AbortSignal): ImageOutcome {
  const failure = asFailure(image, inWords(error));
  const waits = waitsFor(error, signal);
  return waits === undefined ? failure : { ...failure, state: 'waiting', problem: null, waits };
}

function asFailure(image: string, problem: string): ImageOutcome {
  return { image, state: 'failed', digest: null, bytes: 0, blobs: 0, problem };
}
