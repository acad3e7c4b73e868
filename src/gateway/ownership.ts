import type { Store } from '../store/port.js';

/** What a repository in the store holds. */
export interface Ownership {
  /** A manifest that came from no upstream. */
  readonly pushed: boolean;
  /** A manifest that came from an upstream. */
  readonly fetched: boolean;
}

/** Whose manifests a repository holds; reads their records until both kinds were seen. */
export async function ownershipOf(store: Store, repository: string): Promise<Ownership> {
  let pushed = false;
  let fetched = false;
  for await (const digest of store.repositories.revisions(repository)) {
    if ((await store.origins.readRevision(repository, digest)) === undefined) pushed = true;
    else fetched = true;
    if (pushed && fetched) break;
  }
  return { pushed, fetched };
}
