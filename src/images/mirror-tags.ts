import { isTag } from '../oci/name.js';
import { nextLink } from '../upstream/link.js';
import { MirrorRequestError } from './mirror-errors.js';
import { broken, headerOf, type MirrorHttp, readUpTo } from './mirror-http.js';
import type { WireName } from './wire-name.js';

/** The tags of a repository. */
export interface TagList {
  readonly tags: readonly string[];
  /** Only those that are here, as the upstream could not be asked. */
  readonly stale: boolean;
}

/** Tags asked for at once, and taken at most. */
const PAGE = 1_000;
const MOST = 100_000;
/** Bytes of a page. */
const LARGEST_PAGE = 8 * 1024 * 1024;

/**
 * Asks a mirror for all tags of a repository, page by page (OCI distribution specification 1.1, end-8a and end-8b).
 * @throws MirrorRequestError, or the signal's reason
 */
export async function listTags(http: MirrorHttp, name: WireName, signal: AbortSignal): Promise<TagList> {
  const path = `/v2/${name.repository}/tags/list`;
  const ns = name.ns === undefined ? '' : `&ns=${encodeURIComponent(name.ns)}`;
  const tags = new Set<string>();
  let stale = false;
  // Each page has a tag that was not there before, or is the last one: a hostile list comes to an end.
  for (let next: string | undefined = `${path}?n=${PAGE}${ns}`; next !== undefined; ) {
    const answer = await http.get(next, { accept: 'application/json' }, [200], signal);
    const page = tagsOf(await readUpTo(answer, LARGEST_PAGE, signal));
    const before = tags.size;
    for (const tag of page) tags.add(tag);
    if (tags.size > MOST) {
      throw new MirrorRequestError(`it has more than ${MOST} tags`, undefined, {
        hint: 'name the tags to keep, each on a line',
      });
    }
    if (/detail=stale/.test(headerOf(answer, 'cache-status') ?? '')) stale = true;
    const target = nextLink(headerOf(answer, 'link'));
    next = tags.size > before && target?.startsWith(`${path}?`) === true ? target : undefined;
  }
  return { tags: [...tags], stale };
}

function tagsOf(bytes: Buffer): string[] {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString('utf8'));
  } catch {
    // Said below, as of everything else that is no list.
    document = undefined;
  }
  const tags = (document as { tags?: unknown } | null | undefined)?.tags;
  if (tags === null) return [];
  if (!Array.isArray(tags)) throw broken('what came is no list of tags');
  return tags.filter((tag): tag is string => typeof tag === 'string' && isTag(tag));
}
