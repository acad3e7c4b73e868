import { rateLimitHeaders } from '../oci/rate-limit.js';
import { UpstreamError } from '../upstream/errors.js';
import { says } from './cache-control.js';
import { cacheStatus } from './cache-status.js';
import type { Context } from './context.js';
import { type Exchange, headersOnly } from './exchange.js';
import { requireWhole } from './held-image.js';
import { type FoundManifest, findByDigest } from './manifest-lookup.js';
import type { Target } from './naming.js';
import { answerNotModified, etagOf, matches } from './not-modified.js';
import { askingNobody, onlyIfCached, platformOf } from './only-if-cached.js';
import { findPinned } from './pinned-tag.js';
import { pushProbe } from './push-probe.js';
import type { ManifestReference } from './route.js';
import { findByTag } from './tag-lookup.js';
import { type ManifestNews, newsOfTag } from './tag-news.js';

/**
 * GET and HEAD of a manifest (OCI distribution specification 1.1, end-3). `Cache-Control` (RFC 9111 §5.2.1) is followed: with
 * `only-if-cached` no upstream is asked, and with `?platform=` besides, the answer is 200 only when the whole image is here for that platform;
 * with `no-cache` a tag's upstream is asked now, and nothing stale is given; with `no-store` a HEAD of a tag brings nothing here. Where an
 * upstream was asked, its rate limit is passed on.
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
  const found = await find(context, exchange, target, reference);
  if ('kind' in found) return answerNews(exchange, found);
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

async function find(
  context: Context,
  exchange: Exchange,
  target: Target,
  reference: ManifestReference,
): Promise<FoundManifest | ManifestNews> {
  try {
    const found = await lookUp(context, exchange, target, reference);
    if (found.upstream !== undefined) tellRateLimit(context, exchange, target);
    return found;
  } catch (error) {
    if (error instanceof Error && error.cause instanceof UpstreamError) {
      tellRateLimit(context, exchange, target);
    }
    throw error;
  }
}

async function lookUp(
  context: Context,
  exchange: Exchange,
  target: Target,
  reference: ManifestReference,
): Promise<FoundManifest | ManifestNews> {
  const probe = () => pushProbe(context, exchange, target);
  if (reference.kind === 'digest') return findByDigest(context, target, reference.digest, probe);
  const { tag } = reference;
  const pinned = await findPinned(context, target, tag, probe);
  if (pinned !== undefined) return pinned;
  const news =
    headersOnly(exchange) && says(exchange, 'no-store') ? await newsOfTag(context, target, tag) : undefined;
  return news ?? (await findByTag(context, target, tag, probe, says(exchange, 'no-cache')));
}

/** As the upstream last said it: the answer that was just asked for is the last one, or an earlier one than that. */
function tellRateLimit(context: Context, { response }: Exchange, { remote }: Target): void {
  const known = remote?.upstream.status().rateLimit;
  if (known === undefined) return;
  const elapsed = Math.max(0, Math.floor((context.now() - known.seen) / 1000));
  const { resetSeconds, ...counts } = known;
  const reset = resetSeconds === undefined ? {} : { resetSeconds: Math.max(0, resetSeconds - elapsed) };
  for (const [name, value] of Object.entries(rateLimitHeaders({ ...counts, ...reset }))) {
    response.setHeader(name, value);
  }
}

/** Only what the upstream said of the manifest can be told. */
function answerNews(exchange: Exchange, { digest, info, upstream }: ManifestNews): void {
  exchange.digest = digest;
  exchange.outcome = 'passed';
  exchange.upstream = upstream;
  const { mediaType, size } = info;
  exchange.response.writeHead(200, {
    ...(mediaType === undefined ? {} : { 'Content-Type': mediaType }),
    ...(size === undefined ? {} : { 'Content-Length': size }),
    'Docker-Content-Digest': digest,
    ETag: etagOf(digest),
    ...cacheStatus('passed'),
  });
  exchange.response.end();
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
