import type { Digest } from '../../oci/digest.js';
import type { Store } from '../../store/port.js';
import { referrerOf } from '../../store/referrer.js';
import type { Destination } from './destination.js';

/** Never confirmed by its upstream: the first request that can ask it does. */
const UNCONFIRMED = 0;

/** As an upload and not as a transfer, since those of the mirror that may run are known in its own process only. */
export async function storeBlob(
  store: Store,
  repository: string,
  digest: Digest,
  content: AsyncIterable<Buffer>,
  onBytes: (count: number) => void,
): Promise<void> {
  const upload = await store.uploads.create(repository);
  try {
    for await (const piece of content) {
      await upload.append(piece);
      onBytes(piece.length);
    }
    await upload.commit(digest);
  } catch (error) {
    await upload.cancel();
    throw error;
  } finally {
    await upload.close();
  }
}

/** Links a manifest whose content is here, as a copy from its upstream or as if it were pushed. What was pushed stays as pushed. */
export async function storeManifest(
  store: Store,
  place: Pick<Destination, 'repository' | 'upstream'>,
  { digest, bytes }: { readonly digest: Digest; readonly bytes: Buffer },
): Promise<void> {
  const { repository, upstream } = place;
  const { repositories, origins } = store;
  await store.blobs.put(digest, bytes);
  if (upstream === undefined) {
    await repositories.linkRevision(repository, digest);
    await origins.removeRevision(repository, digest);
  } else if (!(await repositories.hasRevision(repository, digest))) {
    await origins.writeRevision(repository, digest, { upstream, confirmed: UNCONFIRMED });
    await repositories.linkRevision(repository, digest);
  }
  const referrer = referrerOf(digest, bytes);
  if (referrer !== undefined) await store.referrers.add(repository, referrer.subject, referrer.descriptor);
}

/** What the upstream confirmed already stays confirmed. */
export async function storeTag(
  store: Store,
  { repository, tag, upstream }: Pick<Destination, 'repository' | 'tag' | 'upstream'>,
  root: Digest,
): Promise<void> {
  if (tag === undefined) return;
  const { repositories, origins } = store;
  if (upstream === undefined) {
    await repositories.writeTag(repository, tag, root);
    await origins.removeTag(repository, tag);
    return;
  }
  if ((await repositories.readTag(repository, tag)) === root) return;
  await origins.writeTag(repository, tag, { upstream, confirmed: UNCONFIRMED });
  await repositories.writeTag(repository, tag, root);
}
