import type { Digest } from '../../oci/digest.js';
import type { Store } from '../../store/port.js';
import { type BundleList, sizeIn } from './list.js';
import type { Facts, KnownTag } from './plan-apply.js';
import type { PlacedUnit } from './units-here.js';

/** What is asked of the store. */
export interface LookOptions {
  readonly store: Store;
  /**
   * Whether the list was signed by somebody who is trusted. Otherwise it may not give a repository what only another one has: whoever knows a
   * digest could have somebody's own image given out.
   */
  readonly isTrusted: boolean;
  readonly wasApplied: Facts['wasApplied'];
  readonly signal: AbortSignal;
}

/** Finds out what of a bundle's content is here. */
export async function lookAtStore(
  list: BundleList,
  units: readonly PlacedUnit[],
  { store, isTrusted, wasApplied, signal }: LookOptions,
): Promise<Facts> {
  const stored = new Set<Digest>();
  for (const digest of new Set([...list.manifests.keys(), ...list.blobs.keys()])) {
    signal.throwIfAborted();
    if ((await store.blobs.stat(digest))?.size === sizeIn(list, digest)) stored.add(digest);
  }
  const own = isTrusted ? undefined : await ownContent(store, units, signal);
  const tags = await knownTags(store, units, signal);
  return {
    isStored: (digest) => stored.has(digest),
    isHere: (repository, digest) => stored.has(digest) && own?.has(`${repository}\n${digest}`) !== false,
    tag: (repository, tag) => tags.get(`${repository}\n${tag}`),
    wasApplied,
  };
}

/** What each repository names itself. */
async function ownContent(
  store: Store,
  units: readonly PlacedUnit[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const own = new Set<string>();
  for (const { repository, manifests, blobs } of units) {
    signal.throwIfAborted();
    for (const digest of manifests) {
      if (await store.repositories.hasRevision(repository, digest)) own.add(`${repository}\n${digest}`);
    }
    for (const digest of blobs) {
      if (await store.repositories.hasLayer(repository, digest)) own.add(`${repository}\n${digest}`);
    }
  }
  return own;
}

async function knownTags(
  { repositories, origins }: Store,
  units: readonly PlacedUnit[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, KnownTag>> {
  const tags = new Map<string, KnownTag>();
  for (const { repository, tag } of units) {
    signal.throwIfAborted();
    const digest = tag === undefined ? undefined : await repositories.readTag(repository, tag);
    if (tag === undefined || digest === undefined) continue;
    tags.set(`${repository}\n${tag}`, {
      digest,
      upstream: (await origins.readTag(repository, tag))?.upstream,
    });
  }
  return tags;
}
