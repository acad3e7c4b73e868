import type { Digest } from '../oci/digest.js';
import { parseManifest } from '../oci/manifest.js';
import type { Origin } from '../store/port.js';
import { readWhole } from '../store/read-whole.js';
import { referrerOf } from '../store/referrer.js';
import type { Context } from './context.js';
import type { KnownReference, StoredManifest } from './manifest-cache.js';

/** What the store says of a tag of a repository; undefined when it has none. */
export async function knownTag(
  context: Context,
  repository: string,
  tag: string,
): Promise<KnownReference | undefined> {
  const believed = context.manifests.reference(repository, tag);
  if (believed !== undefined) return believed;
  await context.keeping.settled(repository);
  const digest = await context.store.repositories.readTag(repository, tag);
  if (digest === undefined) return undefined;
  const known = { digest, origin: await context.store.origins.readTag(repository, tag) };
  // A pushed tag may be moved by a stock registry on the same folder, and is read anew each time.
  if (known.origin !== undefined) context.manifests.learn(repository, tag, known);
  return known;
}

/** Whether a repository has a manifest of that digest. */
export async function hasManifest(context: Context, repository: string, digest: Digest): Promise<boolean> {
  if (context.manifests.reference(repository, digest) !== undefined) return true;
  await context.keeping.settled(repository);
  if (!(await context.store.repositories.hasRevision(repository, digest))) return false;
  context.manifests.learn(repository, digest, { digest, origin: undefined });
  return true;
}

/** The manifest of that digest, whichever repository it belongs to; undefined when it is not here, damaged, or no manifest. */
export async function loadManifest(context: Context, digest: Digest): Promise<StoredManifest | undefined> {
  const kept = context.manifests.manifest(digest);
  if (kept !== undefined) return kept;
  const content = await readWhole(context.store.blobs, digest);
  if (content === undefined) return undefined;
  if (content === 'damaged') {
    context.logger.error({ digest }, 'a stored manifest is damaged; it is put aside');
    await putAside(context, digest);
    return undefined;
  }
  const { bytes } = content;
  const stored = { digest, bytes, manifest: parseManifest(bytes) };
  context.manifests.keep(stored);
  return stored;
}

/**
 * Keeps a manifest that came from an upstream: it is served from now on, and written behind that: bytes, then origin, then link (I2). A
 * store that cannot be written does not keep it from being served.
 */
export function keepManifest(
  context: Context,
  repository: string,
  stored: StoredManifest,
  upstream: string,
): void {
  const { manifests, keeping } = context;
  const confirmed = context.now();
  manifests.keep(stored);
  manifests.learn(repository, stored.digest, { digest: stored.digest, origin: undefined });
  keeping.start(repository, () => writeManifest(context, repository, stored, { upstream, confirmed }));
}

async function writeManifest(
  context: Context,
  repository: string,
  stored: StoredManifest,
  origin: Origin,
): Promise<void> {
  const { store, alarm } = context;
  await store.blobs.put(stored.digest, stored.bytes);
  if (!(await store.repositories.hasRevision(repository, stored.digest))) {
    await store.origins.writeRevision(repository, stored.digest, origin);
    await store.repositories.linkRevision(repository, stored.digest);
    await addReferrer(context, repository, stored);
  }
  alarm.clear();
}

/** Lists a manifest with a subject as a referrer of it (OCI distribution specification 1.1, "Pushing Manifests with Subject"). */
export async function addReferrer(
  context: Context,
  repository: string,
  stored: StoredManifest,
): Promise<void> {
  const referrer = referrerOf(stored.digest, stored.bytes);
  if (referrer === undefined) return;
  await context.store.referrers.add(repository, referrer.subject, referrer.descriptor);
}

/** A store that cannot be written does not keep the manifest from being fetched anew. */
async function putAside(context: Context, digest: Digest): Promise<void> {
  try {
    await context.store.blobs.quarantine(digest);
  } catch (error) {
    context.alarm.raise(error);
  }
}
