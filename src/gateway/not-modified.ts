import type { Digest } from '../oci/digest.js';
import { type Exchange, header } from './exchange.js';

/** The entity tag of content: its digest. */
export function etagOf(digest: Digest): string {
  return `"${digest}"`;
}

/** Whether `If-None-Match` names this content (RFC 9110 §13.1.2; weak comparison). */
export function matches(exchange: Exchange, digest: Digest): boolean {
  const condition = header(exchange, 'if-none-match');
  if (condition === undefined) return false;
  return condition.split(',').some((entry) => {
    const tag = entry.trim().replace(/^W\//, '');
    return tag === '*' || tag === etagOf(digest) || tag === digest;
  });
}

/** Sends 304, with what else the full answer would have had in its headers. */
export function answerNotModified(
  exchange: Exchange,
  digest: Digest,
  headers: Readonly<Record<string, string>> = {},
): void {
  exchange.response.writeHead(304, { ETag: etagOf(digest), 'Docker-Content-Digest': digest, ...headers });
  exchange.response.end();
}
