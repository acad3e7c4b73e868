import { OciError } from '../oci/error-code.js';
import { UpstreamError } from '../upstream/errors.js';
import { namesOf } from './blob-lookup.js';
import { cacheStatus } from './cache-status.js';
import type { Context } from './context.js';
import { type Exchange, headersOnly } from './exchange.js';
import type { Target } from './naming.js';
import { asOciError } from './upstream-answer.js';

/** Entries of a page when the client names no number, and the most it may name. */
const CATALOG_PAGE = 100;
const LARGEST_PAGE = 10_000;

/** A page of names, and whether more follow. */
interface Page {
  readonly entries: readonly string[];
  /** What to give as `last` for the next page; undefined at the end. */
  readonly next: string | undefined;
}

/** GET of the catalog: the repositories that are here, in lexical order (Distribution's API; `n`, `last`, `Link`). */
export async function serveCatalog(context: Context, exchange: Exchange): Promise<void> {
  const size = pageSize(exchange) ?? CATALOG_PAGE;
  const entries: string[] = [];
  let more = false;
  if (size > 0) {
    for await (const repository of context.store.repositories.walk(exchange.query.get('last') ?? undefined)) {
      more = entries.length === size;
      if (more) break;
      entries.push(repository);
    }
  }
  const next = more ? entries.at(-1) : undefined;
  sendPage(exchange, '/v2/_catalog', size, { entries, next }, { repositories: entries });
}

/**
 * GET of a repository's tags (OCI distribution specification 1.1, end-8): what was pushed here, or else what the upstream
 * lists, or else, when it cannot be asked, what is here of it.
 * @throws OciError
 */
export async function serveTags(
  context: Context,
  exchange: Exchange,
  name: string,
  target: Target,
): Promise<void> {
  const size = pageSize(exchange);
  const last = exchange.query.get('last') ?? undefined;
  const page =
    (await pushedTags(context, target, size, last)) ??
    (await upstreamTags(context, exchange, target, size, last)) ??
    (await localTags(context, target, size, last));
  if (page === undefined) {
    if (target.refusal !== undefined) throw target.refusal;
    throw new OciError('NAME_UNKNOWN', `there is no repository ${name}`);
  }
  sendPage(exchange, `/v2/${name}/tags/list`, size, page, { name, tags: page.entries });
}

async function pushedTags(
  context: Context,
  target: Target,
  size: number | undefined,
  last: string | undefined,
) {
  const { repositories, origins } = context.store;
  const tags = await repositories.tags(target.named);
  if (tags === undefined) return undefined;
  if (target.remote === undefined) return cut(after(tags, last), size);
  for (const tag of tags) {
    if ((await origins.readTag(target.named, tag)) === undefined) return cut(after(tags, last), size);
  }
  return undefined;
}

async function upstreamTags(
  context: Context,
  exchange: Exchange,
  target: Target,
  size: number | undefined,
  last: string | undefined,
): Promise<Page | undefined> {
  const { remote } = target;
  if (remote === undefined || context.config.mirror.offline) return undefined;
  exchange.upstream = remote.upstream.host;
  const page = { ...(size === undefined ? {} : { n: size }), ...(last === undefined ? {} : { last }) };
  try {
    const { tags, next } = await remote.upstream.tags(remote.repository, page);
    exchange.outcome = 'passed';
    // Not every registry knows what a page without entries is.
    return size === 0 ? { entries: [], next: undefined } : { entries: tags, next };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const here = await context.store.repositories.exists(remote.stored);
    const final = error.code === 'UPSTREAM_NOT_FOUND' || error.code === 'UPSTREAM_DENIED';
    if (final || !here) throw asOciError(error, 'NAME_UNKNOWN');
    exchange.outcome = 'stale';
    return undefined;
  }
}

async function localTags(
  context: Context,
  target: Target,
  size: number | undefined,
  last: string | undefined,
) {
  for (const name of namesOf(target)) {
    const tags = await context.store.repositories.tags(name, last);
    if (tags !== undefined) return cut(tags, size);
  }
  return undefined;
}

function after(tags: readonly string[], last: string | undefined): readonly string[] {
  return last === undefined ? tags : tags.filter((tag) => tag > last);
}

function cut(tags: readonly string[], size: number | undefined): Page {
  if (size === undefined || tags.length <= size) return { entries: tags, next: undefined };
  const entries = tags.slice(0, size);
  return { entries, next: entries.at(-1) };
}

function pageSize(exchange: Exchange): number | undefined {
  const text = exchange.query.get('n');
  if (text === null || text === '') return undefined;
  if (!/^\d{1,9}$/.test(text)) {
    throw new OciError('PAGINATION_NUMBER_INVALID', `n is "${text.slice(0, 20)}"`, {
      hint: 'n is a number, 0 or more',
    });
  }
  return Math.min(Number(text), LARGEST_PAGE);
}

function sendPage(
  exchange: Exchange,
  path: string,
  size: number | undefined,
  page: Page,
  document: object,
): void {
  exchange.outcome ??= 'hit';
  const query = new URLSearchParams({ last: page.next ?? '', n: String(size ?? page.entries.length) });
  const ns = exchange.query.get('ns');
  if (ns !== null) query.set('ns', ns);
  sendJson(exchange, document, 'application/json', {
    // Who wants to know all tags there are learns that these are only those that are here.
    ...(exchange.outcome === 'stale' ? cacheStatus('stale') : {}),
    ...(page.next === undefined ? {} : { Link: `<${path}?${query}>; rel="next"` }),
  });
}

/** Sends a JSON document with 200. */
export function sendJson(
  exchange: Exchange,
  document: object,
  mediaType: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(JSON.stringify(document));
  exchange.response.writeHead(200, { 'Content-Type': mediaType, 'Content-Length': bytes.length, ...headers });
  if (headersOnly(exchange)) exchange.response.end();
  else {
    exchange.sent = bytes.length;
    exchange.response.end(bytes);
  }
}
