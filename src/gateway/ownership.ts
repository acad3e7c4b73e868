import type { Store } from '../store/port.js';

/** What a repository in the store holds. */
export interface Ownership {
  /** A manifest that came from no upstream. */
  readonly pushed: boolean;
  /** A manifest that came from an upstream. */
  readonly fetched: boolean;
}

/**
 * Whose manifests a name holds: what was pushed under it, and what was fetched under the name its upstream's content is kept under.
 * @param stored the same as `named` when absent
 */
export async function ownershipOf(store: Store, named: string, stored = named): Promise<Ownership> {
  const here = await look(store, named);
  if (stored === named) return here;
  return { pushed: here.pushed, fetched: (await look(store, stored)).fetched };
}

/** Reads a repository's records until both kinds were seen. */
async function look(store: Store, repository: string): Promise<Ownership> {
  let pushed = false;
  let fetched = false;
  for await (const digest of store.repositories.revisions(repository)) {
    if ((await store.origins.readRevision(repository, digest)) === undefined) pushed = true;
    else fetched = true;
    if (pushed && fetched) break;
  }
  return { pushed, fetched };
}
