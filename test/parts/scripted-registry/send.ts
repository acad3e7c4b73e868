import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Plan, RecordedRequest } from './plan.js';

/** A document or blob to be sent. */
export interface Content {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether a `Range` may be honoured. */
  readonly ranges?: boolean;
  readonly etag?: string;
}

const PIECE = 64 * 1024;

/** Answers with content, as far as the plan lets it. Resolves when the answer is over, one way or another. */
export async function sendContent(
  request: RecordedRequest,
  response: ServerResponse,
  content: Content,
  plan: Plan,
): Promise<void> {
  const original =
    plan.corrupt === true ? Buffer.from(content.bytes.map((byte) => byte ^ 0xff)) : content.bytes;
  const whole = plan.gzip === true ? gzipSync(original) : original;
  const etag = plan.etag ?? content.etag;
  const canRange = content.ranges === true && plan.ranges !== false;
  const range = canRange ? wantedRange(request, whole.length, etag) : undefined;
  const headers: Record<string, string> = {
    ...content.headers,
    ...(etag === undefined ? {} : { etag }),
    ...(canRange ? { 'accept-ranges': 'bytes' } : {}),
    ...(plan.gzip === true ? { 'content-encoding': 'gzip' } : {}),
  };
  if (range === 'unsatisfiable') {
    await sendStatus(
      request,
      response,
      416,
      { ...headers, 'content-range': `bytes */${whole.length}` },
      '',
      plan,
    );
    return;
  }
  const body = range === undefined ? whole : whole.subarray(range.start, range.end + 1);
  if (range !== undefined) headers['content-range'] = `bytes ${range.start}-${range.end}/${whole.length}`;
  if (plan.chunked !== true) headers['content-length'] = String(body.length + (plan.announce ?? 0));
  await head(request, response, range === undefined ? 200 : 206, headers, plan);
  if (request.method === 'HEAD' || plan.empty === true) {
    end(response, plan.empty === true && request.method !== 'HEAD');
    return;
  }
  await sendBody(request, response, body, plan);
}

/** Answers with a status and a short text. */
export async function sendStatus(
  request: RecordedRequest,
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
  plan: Plan,
): Promise<void> {
  const bytes = Buffer.from(body);
  await head(request, response, status, { 'content-length': String(bytes.length), ...headers }, plan);
  if (request.method !== 'HEAD') {
    request.sent += bytes.length;
    response.write(bytes);
  }
  response.end();
}

async function head(
  request: RecordedRequest,
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  plan: Plan,
): Promise<void> {
  if (plan.delay !== undefined) await sleep(plan.delay);
  // Node would refuse to send another number of bytes than announced.
  response.strictContentLength = false;
  const all = Object.entries({ ...headers, ...plan.headers }).filter(([, value]) => value !== '');
  request.status = status;
  response.writeHead(status, Object.fromEntries(all));
  response.flushHeaders();
}

async function sendBody(
  request: RecordedRequest,
  response: ServerResponse,
  body: Buffer,
  plan: Plan,
): Promise<void> {
  const stop = Math.min(plan.cutAfter ?? body.length, plan.stallAfter ?? body.length, body.length);
  for (let position = 0; position < stop; ) {
    const piece = body.subarray(position, Math.min(position + PIECE, stop));
    position += piece.length;
    request.sent += piece.length;
    if (!response.write(piece)) await room(response);
    if (plan.rate !== undefined) await sleep((piece.length / plan.rate) * 1000);
    if (response.closed || response.destroyed) return;
  }
  if (plan.stallAfter !== undefined && stop < body.length) return;
  end(response, plan.cutAfter !== undefined || (plan.announce ?? 0) > 0);
}

/** Resolves when more can be written, or when nobody wants more. */
function room(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
    if (response.closed) done();
  });
}

/** Ends an answer; `early`: by closing the connection once everything written has left. */
function end(response: ServerResponse, early: boolean): void {
  if (!early) response.end();
  else if (response.socket !== null) response.socket.destroySoon();
}

function wantedRange(
  request: RecordedRequest,
  size: number,
  etag: string | undefined,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const condition = request.headers['if-range'];
  if (match === null || (condition !== undefined && condition !== etag)) return undefined;
  const start = Number(match[1]);
  if (start >= size) return 'unsatisfiable';
  return { start, end: match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1) };
}
