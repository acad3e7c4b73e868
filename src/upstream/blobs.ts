import type { IncomingHttpHeaders } from 'node:http';
import { type ContentRange, parseContentRange } from '../oci/content-range.js';
import { type Digest, parseDigest } from '../oci/digest.js';
import { parseRepository } from '../oci/name.js';
import type { Answer } from './answer.js';
import { refuseEncoding } from './document.js';
import { UpstreamError } from './errors.js';
import { contentLength } from './manifests.js';
import type { BlobBody, BlobOptions, BlobSize, RequestOptions } from './port.js';
import { discard, type Expectation } from './reply.js';
import type { Question, Session } from './session.js';

/** Statuses with which registries and storage refuse HEAD; 403 is what a URL signed for GET answers. */
const HEAD_REFUSED = [400, 405, 501];

/** See `Upstream.headBlob`. */
export async function headBlob(
  session: Session,
  repository: string,
  digest: Digest,
  options: RequestOptions,
): Promise<BlobSize> {
  const question = blobQuestion(session.host, repository, digest);
  const isRefused = ({ status, home }: Answer) => HEAD_REFUSED.includes(status) || (status === 403 && !home);
  const head = await session.ask(
    {
      ...question,
      kind: 'size',
      method: 'HEAD',
      accept: (answer) => answer.status === 200 || isRefused(answer),
    },
    options,
    async (answer) => {
      await discard(answer.body);
      return isRefused(answer) ? undefined : { size: contentLength(answer) };
    },
  );
  if (head !== undefined) return head;
  const oneByte: Question = {
    ...question,
    kind: 'size',
    headers: { range: 'bytes=0-0' },
    accept: ({ status }) => status === 200 || status === 206 || status === 416,
  };
  return session.ask(oneByte, options, async (answer) => {
    answer.body.destroy();
    if (answer.status === 200) return { size: contentLength(answer) };
    return { size: parseContentRange(answer.headers['content-range'])?.size };
  });
}

/** See `Upstream.getBlob`. */
export async function getBlob(
  session: Session,
  repository: string,
  digest: Digest,
  options: BlobOptions,
): Promise<BlobBody> {
  const { host } = session;
  const question = blobQuestion(host, repository, digest);
  const range = wantedRange(options);
  const asked: Question = {
    ...question,
    headers: range === undefined ? {} : rangeHeaders(range, options.etag),
    accept: ({ status }) => status === 200 || (range !== undefined && (status === 206 || status === 416)),
    expect: (status, headers) => expectation(host, question.what, status, headers, range),
  };
  return session.ask(asked, options, async (answer, bound) => {
    refuseEncoding(host, answer, question.what);
    const opened = open(host, question.what, answer, range, options.etag);
    await answer.body.started;
    bound.handOver(answer.body);
    return opened;
  });
}

interface WantedRange {
  readonly start: number;
  readonly end: number | undefined;
}

function wantedRange({ offset = 0, end }: BlobOptions): WantedRange | undefined {
  if (!Number.isSafeInteger(offset) || offset < 0) throw new RangeError(`offset ${offset} is no position`);
  if (end !== undefined && (!Number.isSafeInteger(end) || end < offset)) {
    throw new RangeError(`end ${end} is no position after ${offset}`);
  }
  return offset === 0 && end === undefined ? undefined : { start: offset, end };
}

function rangeHeaders(range: WantedRange, etag: string | undefined): Record<string, string> {
  const header = { range: `bytes=${range.start}-${range.end ?? ''}` };
  // A weak tag does not say that the bytes are the same, and may not be sent (RFC 9110, section 13.1.5).
  return etag === undefined || etag.startsWith('W/') ? header : { ...header, 'if-range': etag };
}

function blobQuestion(host: string, repository: string, digest: Digest): Question {
  parseRepository(repository);
  parseDigest(digest);
  return {
    kind: 'content',
    repository,
    path: `${repository}/blobs/${digest}`,
    what: `${host}/${repository}@${digest}`,
    method: 'GET',
    headers: {},
  };
}

/** What the body will be. Gives up the body of an answer that does not fit the question. */
function open(
  host: string,
  what: string,
  answer: Answer,
  range: WantedRange | undefined,
  knownEtag: string | undefined,
): BlobBody {
  const { etag } = answer.headers;
  const { body } = answer;
  if (answer.status === 200) return { start: 0, size: contentLength(answer), etag, body };
  const sent = parseContentRange(answer.headers['content-range']);
  const problem = rangeProblem(answer, sent, range, knownEtag);
  if (problem === undefined) return { start: sent?.range?.start ?? 0, size: sent?.size, etag, body };
  body.destroy();
  if (answer.status === 416 && sent?.size !== undefined && (range?.start ?? 0) >= sent.size) {
    const message = `${what} has only ${sent.size} bytes, but byte ${range?.start} of it was wanted`;
    throw new UpstreamError('UPSTREAM_INVALID', host, message, { status: 416 });
  }
  throw new UpstreamError('UPSTREAM_FAILED', host, `${host} sent another part of ${what}: ${problem}`, {
    status: answer.status,
    retryable: true,
  });
}

function rangeProblem(
  answer: Answer,
  sent: ContentRange | undefined,
  wanted: WantedRange | undefined,
  knownEtag: string | undefined,
): string | undefined {
  if (answer.status === 416) return 'it refuses the range';
  if (sent?.range === undefined) return 'it does not say which';
  if (sent.range.start !== wanted?.start) return `it begins at ${sent.range.start}, not ${wanted?.start}`;
  if (wanted.end !== undefined && sent.range.end > wanted.end) return `it ends at ${sent.range.end}`;
  const { etag } = answer.headers;
  if (knownEtag !== undefined && etag !== undefined && etag !== knownEtag) return 'its content changed';
  return undefined;
}

/**
 * How long the body has to be: what was asked for, as far as the blob reaches, so that a server that sends less makes an
 * error that the reader resumes after.
 */
function expectation(
  host: string,
  what: string,
  status: number,
  headers: IncomingHttpHeaders,
  wanted: WantedRange | undefined,
): Expectation | undefined {
  const bytes =
    status === 200 ? contentLength({ headers }) : status === 206 ? rangeLength(headers, wanted) : undefined;
  if (bytes === undefined) return undefined;
  return {
    bytes,
    mismatch: (received) =>
      new UpstreamError(
        'UPSTREAM_FAILED',
        host,
        received > bytes
          ? `${host} sent more than the announced ${bytes} bytes of ${what}`
          : `${host} sent only ${received} of the ${bytes} bytes of ${what}`,
        { retryable: true },
      ),
  };
}

function rangeLength(headers: IncomingHttpHeaders, wanted: WantedRange | undefined): number | undefined {
  const sent = parseContentRange(headers['content-range']);
  if (sent?.range === undefined) return undefined;
  const last = sent.size === undefined ? sent.range.end : sent.size - 1;
  return Math.min(wanted?.end ?? last, last) - sent.range.start + 1;
}
