import type { Digest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import type { Context } from './context.js';
import type { Exchange } from './exchange.js';
import { loadManifest } from './manifest-store.js';
import type { ManifestReference } from './route.js';

/**
 * DELETE of a tag or a manifest (OCI distribution specification 1.1, end-9). A manifest takes its tags with it: no tag ever points at
 * nothing.
 * @throws OciError
 */
export async function deleteManifest(
  context: Context,
  exchange: Exchange,
  name: string,
  reference: ManifestReference,
): Promise<void> {
  const removed =
    reference.kind === 'tag'
      ? await removeTag(context, name, reference.tag)
      : await removeRevision(context, name, reference.digest);
  context.manifests.forgetRepository(name);
  if (!removed) throw new OciError('MANIFEST_UNKNOWN', `${name} has no such manifest`);
  finish(exchange);
}

/** DELETE of a blob from a repository (end-10). The bytes stay until nothing names them. */
export async function deleteBlob(
  context: Context,
  exchange: Exchange,
  name: string,
  digest: Digest,
): Promise<void> {
  if (!(await context.store.repositories.unlinkLayer(name, digest))) {
    throw new OciError('BLOB_UNKNOWN', `${digest} is not in ${name}`);
  }
  finish(exchange);
}

/** The tag first and its record last, so that a crash between the two never makes an upstream's tag look pushed. */
async function removeTag(context: Context, name: string, tag: string): Promise<boolean> {
  const removed = await context.store.repositories.removeTag(name, tag);
  await context.store.origins.removeTag(name, tag);
  return removed;
}

async function removeRevision(context: Context, name: string, digest: Digest): Promise<boolean> {
  const { repositories, referrers, origins } = context.store;
  if (!(await repositories.hasRevision(name, digest))) return false;
  for (const tag of (await repositories.tags(name)) ?? []) {
    if ((await repositories.readTag(name, tag)) === digest) await removeTag(context, name, tag);
  }
  const subject = (await loadManifest(context, digest))?.manifest.subject;
  if (subject !== undefined) await referrers.remove(name, subject.digest, digest);
  await repositories.unlinkRevision(name, digest);
  await origins.removeRevision(name, digest);
  return true;
}

function finish(exchange: Exchange): void {
  exchange.outcome = 'deleted';
  exchange.response.writeHead(202, { 'Content-Length': 0 });
  exchange.response.end();
}
