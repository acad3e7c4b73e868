import type { Answer } from './answer.js';
import { UpstreamError } from './errors.js';
import { readAll } from './read-all.js';
import type { Session } from './session.js';

/**
 * The body of a manifest, an index or a page.
 * @throws UpstreamError `UPSTREAM_INVALID` when it is larger than allowed, or encoded (its digest would not be that of the bytes)
 */
export async function readDocument(session: Session, answer: Answer, what: string): Promise<Buffer> {
  const { host, parts } = session;
  const limit = parts.limits.document;
  const tooLarge = () =>
    new UpstreamError('UPSTREAM_INVALID', host, `${what} has more than ${limit} bytes, which is refused`);
  refuseEncoding(host, answer, what);
  return readAll(answer.body, limit, tooLarge);
}

/**
 * Refuses an answer that is compressed for the transfer although nobody asked for it.
 * @throws UpstreamError `UPSTREAM_INVALID`
 */
export function refuseEncoding(host: string, answer: Answer, what: string): void {
  const encoding = answer.headers['content-encoding'];
  if (encoding === undefined || encoding === '' || encoding.toLowerCase() === 'identity') return;
  answer.body.destroy();
  const message = `${host} sent ${what} with the content encoding ${encoding.slice(0, 40)}, which was not asked for`;
  throw new UpstreamError('UPSTREAM_INVALID', host, message, {
    hint: 'something between the mirror and the upstream changes what it passes on',
  });
}
