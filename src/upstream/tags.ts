import { isTag, parseRepository } from '../oci/name.js';
import type { Answer } from './answer.js';
import { readDocument } from './document.js';
import { UpstreamError } from './errors.js';
import { nextLink } from './link.js';
import type { PageOptions, TagPage } from './port.js';
import type { Question, Session } from './session.js';

/** See `Upstream.tags` (OCI distribution specification 1.1, "Listing tags"). */
export async function listTags(session: Session, repository: string, options: PageOptions): Promise<TagPage> {
  parseRepository(repository);
  const query = new URLSearchParams();
  if (options.n !== undefined) query.set('n', String(options.n));
  if (options.last !== undefined) query.set('last', options.last);
  const question: Question = {
    kind: 'document',
    repository,
    path: `${repository}/tags/list${query.size === 0 ? '' : `?${query}`}`,
    what: `the tags of ${session.host}/${repository}`,
    method: 'GET',
    headers: { accept: 'application/json' },
  };
  return session.ask(question, options, async (answer) => {
    const tags = readTags(await readDocument(session, answer, question.what));
    if (tags === undefined) {
      const message = `what ${session.host} sent as ${question.what} is no list of tags`;
      throw new UpstreamError('UPSTREAM_INVALID', session.host, message);
    }
    return { tags, next: nextTag(answer, tags, options.last) };
  });
}

/** What stands as `last` in the link to the next page, or the last tag of this one when the upstream counts pages otherwise. */
function nextTag(answer: Answer, tags: readonly string[], asked: string | undefined): string | undefined {
  const link = nextLink(answer.headers['link']);
  if (link === undefined || !URL.canParse(link, 'http://upstream.invalid/')) return undefined;
  const next = new URL(link, 'http://upstream.invalid/').searchParams.get('last') ?? tags.at(-1);
  // A link to the page just read would never end.
  return next === asked ? undefined : next;
}

function readTags(bytes: Buffer): string[] | undefined {
  try {
    const document = JSON.parse(bytes.toString('utf8')) as { tags?: unknown } | null;
    const tags = document?.tags ?? [];
    if (document === null || typeof document !== 'object' || !Array.isArray(tags)) return undefined;
    return tags.filter((tag): tag is string => typeof tag === 'string' && isTag(tag));
  } catch {
    return undefined;
  }
}
