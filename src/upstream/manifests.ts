import { createHash } from 'node:crypto';
import { algorithmOf, type Digest, isDigest, parseDigest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import { bareMediaType, MANIFEST_ACCEPT } from '../oci/media-type.js';
import { isTag, parseRepository } from '../oci/name.js';
import type { Answer } from './answer.js';
import { readDocument } from './document.js';
import { UpstreamError } from './errors.js';
import type { FetchedManifest, ManifestInfo, RequestOptions } from './port.js';
import { discard } from './reply.js';
import type { Question, Session } from './session.js';

/** Statuses with which registries refuse HEAD as such. */
const HEAD_REFUSED = [400, 405, 406, 501];

/** See `Upstream.headManifest`. An answer without a digest is worth nothing: the manifest is then fetched, and the digest computed. */
export async function headManifest(
  session: Session,
  repository: string,
  reference: string,
  options: RequestOptions,
): Promise<ManifestInfo> {
  const question: Question = {
    ...manifestQuestion(session.host, repository, reference),
    method: 'HEAD',
    accept: ({ status }) => status === 200 || HEAD_REFUSED.includes(status),
  };
  const info = await session.ask(question, options, async (answer) => {
    await discard(answer.body);
    const digest = announcedDigest(answer);
    if (answer.status !== 200 || digest === undefined) return undefined;
    return { digest, size: contentLength(answer), mediaType: mediaTypeOf(answer) };
  });
  if (info !== undefined) return info;
  const { bytes, digest, mediaType } = await getManifest(session, repository, reference, options);
  return { digest, size: bytes.length, mediaType };
}

/** See `Upstream.getManifest`. */
export async function getManifest(
  session: Session,
  repository: string,
  reference: string,
  options: RequestOptions,
): Promise<FetchedManifest> {
  const question = manifestQuestion(session.host, repository, reference);
  return session.ask(question, options, async (answer) => {
    const bytes = await readDocument(session, answer, question.what);
    const expected = isDigest(reference) ? reference : announcedDigest(answer);
    const digest = digestOf(bytes, expected === undefined ? 'sha256' : algorithmOf(expected));
    if (expected !== undefined && digest !== expected) {
      const message = `what ${session.host} sent for ${question.what} has the digest ${digest}, not ${expected}`;
      throw new UpstreamError('UPSTREAM_INVALID', session.host, message, { retryable: true });
    }
    return { bytes, digest, mediaType: mediaTypeOf(answer) };
  });
}

function manifestQuestion(host: string, repository: string, reference: string): Question {
  parseRepository(repository);
  if (reference.includes(':')) parseDigest(reference);
  else if (!isTag(reference)) throw new OciError('TAG_INVALID', `"${reference.slice(0, 140)}" is not a tag`);
  return {
    kind: 'document',
    repository,
    path: `${repository}/manifests/${reference}`,
    what: `${host}/${repository}${isDigest(reference) ? '@' : ':'}${reference}`,
    method: 'GET',
    headers: { accept: MANIFEST_ACCEPT },
  };
}

function digestOf(bytes: Buffer, algorithm: 'sha256' | 'sha512'): Digest {
  return parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
}

function announcedDigest(answer: Answer): Digest | undefined {
  const header = answer.headers['docker-content-digest'];
  return typeof header === 'string' && isDigest(header) ? header : undefined;
}

function mediaTypeOf(answer: Answer): string | undefined {
  const header = answer.headers['content-type'];
  return header === undefined ? undefined : bareMediaType(header);
}

/** The `Content-Length` of an answer in bytes, if it is one. */
export function contentLength(answer: Pick<Answer, 'headers'>): number | undefined {
  const header = answer.headers['content-length'] ?? '';
  return /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
