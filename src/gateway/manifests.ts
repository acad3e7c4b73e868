import { cacheStatus } from './cache-status.js';
import type { Context } from './context.js';
import { type Exchange, headersOnly } from './exchange.js';
import { requireWhole } from './held-image.js';
import { type FoundManifest, findByDigest } from './manifest-lookup.js';
import type { Target } from './naming.js';
import { answerNotModified, etagOf, matches } from './not-modified.js';
import { askingNobody, onlyIfCached, platformOf } from './only-if-cached.js';
import { pushProbe } from './push-probe.js';
import type { ManifestReference } from './route.js';
import { findByTag } from './tag-lookup.js';

/**
 * GET and HEAD of a manifest (OCI distribution specification 1.1, end-3). With `Cache-Control: only-if-cached` no upstream is asked, and
 * with `?platform=` besides, the answer is 200 only when the whole image is here for that platform.
 * @throws OciError
 */
export async function serveManifest(
  given: Context,
  exchange: Exchange,
  target: Target,
  reference: ManifestReference,
): Promise<void> {
  const cachedOnly = onlyIfCached(exchange);
  const context = cachedOnly ? askingNobody(given) : given;
  const probe = () => pushProbe(context, exchange, target);
  const found =
    reference.kind === 'tag'
      ? await findByTag(context, target, reference.tag, probe)
      : await findByDigest(context, target, reference.digest, probe);
  const { stored, outcome, upstream } = found;
  const platform = cachedOnly ? platformOf(exchange) : undefined;
  if (platform !== undefined) await requireWhole(context, target, stored, platform);
  exchange.digest = stored.digest;
  exchange.outcome = outcome;
  exchange.upstream = upstream;
  const stale = staleHeaders(context, found);
  if (matches(exchange, stored.digest)) return answerNotModified(exchange, stored.digest, stale);
  exchange.response.writeHead(200, {
    'Content-Type': stored.manifest.mediaType,
    'Content-Length': stored.bytes.length,
    'Docker-Content-Digest': stored.digest,
    ETag: etagOf(stored.digest),
    ...cacheStatus(outcome),
    ...stale,
  });
  if (headersOnly(exchange)) {
    exchange.response.end();
    return;
  }
  exchange.sent = stored.bytes.length;
  exchange.response.end(stored.bytes);
}

const WARNINGS = {
  110: '110 - "Response is Stale"',
  111: '111 - "Revalidation Failed"',
  112: '112 - "Disconnected Operation"',
} as const;

/** `Age` (seconds) and `Warning` for an answer that the upstream could not confirm (RFC 9111 §5.1, RFC 7234 §5.5). */
function staleHeaders(context: Context, found: FoundManifest): Record<string, string> {
  if (found.stale === undefined) return {};
  const age = Math.max(0, Math.floor((context.now() - found.stale.confirmed) / 1000));
  return { Age: String(age), Warning: WARNINGS[found.stale.warning] };
}
