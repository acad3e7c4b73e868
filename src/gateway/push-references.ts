import { MirrorError } from '../errors.js';
import type { Digest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import type { Manifest } from '../oci/manifest.js';
import { openBlob } from './blob-lookup.js';
import type { Context } from './context.js';
import { fetchManifest } from './manifest-lookup.js';
import { resolveName, type Target } from './naming.js';
import { ownershipOf } from './ownership.js';

/**
 * Makes sure that everything a pushed manifest names is in its repository, but for its subject and what may be fetched
 * elsewhere. What a HEAD under the same name finds at the upstream (the base layers of `library/node`, pushed again as
 * `node`) is linked or fetched, because clients do not upload what a HEAD found.
 * @throws OciError `MANIFEST_BLOB_UNKNOWN` naming what is missing
 */
export async function requireReferences(context: Context, name: string, manifest: Manifest): Promise<void> {
  const missing: Digest[] = [];
  for (const { digest } of manifest.manifests) {
    if (!(await hasManifest(context, name, digest))) missing.push(digest);
  }
  const { config, layers } = manifest;
  for (const { digest, urls } of config === undefined ? layers : [config, ...layers]) {
    if (urls === undefined && !(await hasBlob(context, name, digest))) missing.push(digest);
  }
  const absent = missing.length === 0 ? [] : await fetchAll(context, name, manifest, missing);
  if (absent.length === 0) return;
  throw new OciError('MANIFEST_BLOB_UNKNOWN', `the manifest names what ${name} does not have: ${absent[0]}`, {
    hint: 'push everything that a manifest names before it',
    detail: { missing: absent },
  });
}

async function hasManifest(context: Context, name: string, digest: Digest): Promise<boolean> {
  const { repositories, blobs } = context.store;
  return (await repositories.hasRevision(name, digest)) && (await blobs.stat(digest)) !== undefined;
}

async function hasBlob(context: Context, name: string, digest: Digest): Promise<boolean> {
  const { repositories, blobs } = context.store;
  return (await repositories.hasLayer(name, digest)) && (await blobs.stat(digest)) !== undefined;
}

/** Tries to have what is missing from the upstream the name stands for; returns what still is missing. */
async function fetchAll(
  context: Context,
  name: string,
  manifest: Manifest,
  missing: readonly Digest[],
): Promise<readonly Digest[]> {
  const target = resolveName(context.naming, name, undefined);
  if (target.remote === undefined || context.config.mirror.offline) return missing;
  const { pushed, fetched } = await ownershipOf(context.store, name, target.remote.stored);
  // The same question that a HEAD was answered by: such a name is not asked for upstream.
  if (pushed && !fetched) return missing;
  const fetchOne = manifest.kind === 'index' ? fetchChild : fetchBlob;
  for (const [position, digest] of missing.entries()) {
    if (!(await fetchOne(context, name, target, digest))) return missing.slice(position);
  }
  return [];
}

async function fetchChild(context: Context, name: string, target: Target, digest: Digest): Promise<boolean> {
  if (target.remote === undefined) return false;
  try {
    await fetchManifest(context, target.remote, digest);
    await context.keeping.settled();
  } catch (error) {
    return absent(context, error);
  }
  await context.store.repositories.linkRevision(name, digest);
  return true;
}

async function fetchBlob(context: Context, name: string, target: Target, digest: Digest): Promise<boolean> {
  try {
    const source = await openBlob(context, target, digest);
    if (source.kind === 'stored') await source.handle.close();
    else {
      source.reader.leave();
      await source.transfer.finished;
    }
  } catch (error) {
    return absent(context, error);
  }
  if ((await context.store.blobs.stat(digest)) === undefined) return false;
  await context.store.repositories.linkLayer(name, digest);
  return true;
}

function absent(context: Context, error: unknown): false {
  if (!(error instanceof MirrorError)) throw error;
  context.logger.debug({ err: error }, 'what a pushed manifest names could not be fetched');
  return false;
}
