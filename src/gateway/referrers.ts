import type { Digest } from '../oci/digest.js';
import { type Descriptor, parseManifest } from '../oci/manifest.js';
import { OCI_INDEX } from '../oci/media-type.js';
import { namesOf } from './blob-lookup.js';
import { cacheStatus } from './cache-status.js';
import type { Context } from './context.js';
import type { Exchange } from './exchange.js';
import { sendJson } from './lists.js';
import type { Target } from './naming.js';

/**
 * GET of a manifest's referrers (OCI distribution specification 1.1, end-12): those that are here and those its upstream
 * lists, by its API or by the tag schema. An upstream that cannot be asked adds none.
 */
export async function serveReferrers(
  context: Context,
  exchange: Exchange,
  target: Target,
  subject: Digest,
): Promise<void> {
  const found = new Map<Digest, Descriptor>();
  for (const name of namesOf(target)) {
    for (const referrer of await context.store.referrers.list(name, subject))
      found.set(referrer.digest, referrer);
  }
  for (const referrer of await fromUpstream(context, exchange, target, subject)) {
    found.set(referrer.digest, referrer);
  }
  const wanted = exchange.query.get('artifactType') ?? '';
  const manifests = [...found.values()].filter(
    ({ artifactType }) => wanted === '' || artifactType === wanted,
  );
  exchange.outcome ??= 'hit';
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
  sendJson(exchange, index, OCI_INDEX, {
    ...(exchange.outcome === 'stale' ? cacheStatus('stale') : {}),
    ...(wanted === '' ? {} : { 'OCI-Filters-Applied': 'artifactType' }),
  });
}

async function fromUpstream(
  context: Context,
  exchange: Exchange,
  target: Target,
  subject: Digest,
): Promise<readonly Descriptor[]> {
  const { remote } = target;
  if (remote === undefined || context.config.mirror.offline) return [];
  // What was pushed here is nobody else's business (docs/adr/0002-head-before-push.md).
  if (await isPushed(context, target.named, subject)) return [];
  exchange.upstream = remote.upstream.host;
  try {
    const bytes = await remote.upstream.referrers(remote.repository, subject);
    exchange.outcome = 'passed';
    return parseManifest(bytes).manifests;
  } catch (error) {
    context.logger.warn({ err: error, upstream: remote.upstream.host }, 'referrers could not be asked for');
    exchange.outcome = 'stale';
    return [];
  }
}

async function isPushed(context: Context, repository: string, digest: Digest): Promise<boolean> {
  const { repositories, origins } = context.store;
  if (!(await repositories.hasRevision(repository, digest))) return false;
  return (await origins.readRevision(repository, digest)) === undefined;
}
