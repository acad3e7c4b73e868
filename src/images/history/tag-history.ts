import type { Digest } from '../../oci/digest.js';
import type { Descriptor, Platform } from '../../oci/manifest.js';
import type { Store } from '../../store/port.js';
import { completenessOf, isComplete, missingOf } from '../completeness/completeness.js';

/** A tag of a repository of the store, and what is known of it besides. */
export interface HistorySubject {
  /** Its name in the store. */
  readonly repository: string;
  readonly tag: string;
  /** The digest at which a pin holds the tag; undefined: none does. */
  readonly pinned: Digest | undefined;
  /** The platforms that are to be here. */
  readonly platforms: readonly Platform[];
  /** How many of the last digests are told. */
  readonly keep: number;
}

/** A digest that a tag stands for, or stood for. */
export interface PastDigest extends HeldDigest {
  readonly digest: Digest;
  /** When the tag moved to it here; undefined for one that it has only by a pin. */
  readonly since: Date | undefined;
  /** Whether it is what the tag is served as. */
  readonly isNow: boolean;
}

/** What of a digest is here. */
export interface HeldDigest {
  /** Whether it can be pulled for the platforms that are to be here while no upstream answers. */
  readonly isComplete: boolean;
  /** Whether its own manifest or index is not here; then nothing more is known of it. */
  readonly isUnknown: boolean;
  /** What is missing for these platforms, each once. */
  readonly missing: readonly Descriptor[];
  /** Bytes of configs and layers for these platforms, each counted once, whether they are here or not. */
  readonly size: number;
}

/**
 * What a tag stands and stood for, the latest first, and what of each is here. The digest of a pin comes where it was in the history,
 * and first when it was never there.
 * @throws StoreError when the store cannot be read
 */
export async function tagHistory(store: Store, subject: HistorySubject): Promise<PastDigest[]> {
  const { repository, tag, pinned, keep } = subject;
  const all = await store.repositories.tagHistory(repository, tag);
  const served = pinned ?? all.find(({ isNow }) => isNow)?.digest;
  const records = all.filter(({ digest }, position) => position < keep || digest === served);
  const isExtra = pinned !== undefined && !records.some(({ digest }) => digest === pinned);
  const told = [...(isExtra ? [{ digest: pinned, since: undefined }] : []), ...records];
  const history: PastDigest[] = [];
  for (const { digest, since } of told) {
    history.push({ digest, since, isNow: digest === served, ...(await heldOf(store, subject, digest)) });
  }
  return history;
}

/** What of a digest is here, whether the tag ever stood for it or not. */
export async function heldOf(
  store: Store,
  { repository, platforms }: HistorySubject,
  digest: Digest,
): Promise<HeldDigest> {
  const found = await completenessOf(store, repository, digest, platforms);
  const blobs = new Map(
    found.platforms
      .flatMap(({ held: here, missing, manifestHeld }) => (manifestHeld ? [...here, ...missing] : []))
      .map((blob) => [blob.digest, blob.size]),
  );
  return {
    isComplete: isComplete(found),
    isUnknown: found.rootMissing,
    missing: missingOf(found),
    size: [...blobs.values()].reduce((sum, size) => sum + size, 0),
  };
}
