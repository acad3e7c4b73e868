import type { Digest } from '../oci/digest.js';
import { isRepository } from '../oci/name.js';
import type { Store } from '../store/port.js';
import { ownershipOf } from './ownership.js';

/** Repositories looked through for a mount without `from`; a client that gets no mount uploads the blob, that is all. */
const SEARCHED = 2000;

/**
 * Makes a blob of one repository part of another (OCI distribution specification 1.1, "Mounting a blob from another
 * repository").
 * @param from where it is; when absent it is looked for, among repositories that were pushed here only: what an upstream
 *   lets one name have is no other name's business (I8)
 * @returns whether it was mounted
 */
export async function mountBlob(
  store: Store,
  name: string,
  digest: Digest,
  from: string | undefined,
): Promise<boolean> {
  if ((await store.blobs.stat(digest)) === undefined) return false;
  if (await store.repositories.hasLayer(name, digest)) return true;
  const found = from === undefined ? await search(store, digest) : await holds(store, from, digest);
  if (found) await store.repositories.linkLayer(name, digest);
  return found;
}

async function holds(store: Store, repository: string, digest: Digest): Promise<boolean> {
  return isRepository(repository) && store.repositories.hasLayer(repository, digest);
}

async function search(store: Store, digest: Digest): Promise<boolean> {
  let searched = 0;
  for await (const repository of store.repositories.walk()) {
    if (searched === SEARCHED) return false;
    searched += 1;
    if (!(await store.repositories.hasLayer(repository, digest))) continue;
    const { pushed, fetched } = await ownershipOf(store, repository);
    if (pushed && !fetched) return true;
  }
  return false;
}
