import { setTimeout as delay } from 'node:timers/promises';
import type { Digest } from '../oci/digest.js';
import { UpstreamError } from '../upstream/errors.js';
import type { BlobBody } from '../upstream/port.js';
import { batchesOf } from './batches.js';
import type { Remote } from './naming.js';

/** Which bytes of which blob are wanted. */
export interface BodyRequest {
  readonly remote: Remote;
  readonly digest: Digest;
  /** First byte wanted. */
  readonly start: number;
  /** Last byte wanted, inclusive; to the end when absent. */
  readonly end?: number;
  readonly signal: AbortSignal;
  /** How many chunks are read at once at most, asked each time: few where the upstream is to send slowly. */
  readonly atOnce?: () => number;
}

/** How patient a transfer is with an upstream that breaks off: attempts without a single new byte, and the first pause (ms, doubled each time). */
export interface Patience {
  readonly attempts: number;
  readonly pause: number;
}

/** About 25 seconds of trying before a transfer that makes no progress is given up; up to a minute when the upstream says when to come back, or its breaker does. */
export const PATIENCE: Patience = { attempts: 8, pause: 200 };

/** Chunks in order, several at a time. */
export type Batches = AsyncGenerator<readonly Buffer[], void, undefined>;

/** A body that goes on by itself when the upstream breaks off. */
export interface ResumingBody {
  /** Size of the whole blob; undefined when the upstream does not say. */
  readonly size: number | undefined;
  /** The bytes from `start` to `end`, as they arrive; ends early with an UpstreamError when patience runs out. */
  readonly batches: Batches;
  /** Gives the body up when none of it will be read; reading them to the end, or stopping, does so by itself. */
  close(): void;
}

/**
 * Opens a blob at an upstream. When the transfer breaks off it is taken up again by Range from the byte reached (I3).
 * @throws UpstreamError when it cannot be opened at all
 */
export async function openResumingBody(request: BodyRequest, patience: Patience): Promise<ResumingBody> {
  const first = await open(request, request.start, undefined);
  // Returning a generator that was never started runs none of its code, and so would not end the request.
  const close = () => void first.body.destroy();
  return { size: first.size, batches: read(request, first, patience), close };
}

function open(request: BodyRequest, offset: number, etag: string | undefined): Promise<BlobBody> {
  const { remote, digest, end, signal } = request;
  return remote.upstream.getBlob(remote.repository, digest, {
    offset,
    signal,
    ...(end === undefined ? {} : { end }),
    ...(etag === undefined ? {} : { etag }),
  });
}

async function* read(request: BodyRequest, first: BlobBody, patience: Patience): Batches {
  let body: BlobBody | undefined = first;
  let position = request.start;
  let failures = 0;
  for (;;) {
    try {
      body ??= await open(request, position, first.etag);
      if (body.size !== undefined && first.size !== undefined && body.size !== first.size) {
        throw changed(request, first.size, body.size);
      }
      for await (const batch of wanted(body, position, request)) {
        for (const { length } of batch) position += length;
        failures = 0;
        yield batch;
      }
      return;
    } catch (error) {
      failures += 1;
      if (!(error instanceof UpstreamError) || !error.retryable || failures >= patience.attempts) throw error;
      await pause(patience.pause * 2 ** (failures - 1), error, request.signal);
    } finally {
      body?.body.destroy();
      body = undefined;
    }
  }
}

/** The bytes from `position` on: what an upstream that ignores ranges sends before and after is skipped. */
async function* wanted(body: BlobBody, position: number, { end, atOnce }: BodyRequest): Batches {
  let at = body.start;
  for await (const batch of batchesOf(body.body, atOnce)) {
    const kept = batch.flatMap((chunk) => {
      const from = Math.max(0, position - at);
      const to = end === undefined ? chunk.length : Math.min(chunk.length, end + 1 - at);
      at += chunk.length;
      if (from >= to) return [];
      return from === 0 && to === chunk.length ? [chunk] : [chunk.subarray(from, to)];
    });
    if (kept.length > 0) yield kept;
    if (end !== undefined && at > end) return;
  }
}

async function pause(milliseconds: number, error: UpstreamError, signal: AbortSignal): Promise<void> {
  const asked = (error.retryAfter ?? 0) * 1000;
  await delay(Math.min(Math.max(milliseconds, asked), 10_000), undefined, { signal });
}

function changed(request: BodyRequest, before: number, now: number): UpstreamError {
  const { upstream } = request.remote;
  return new UpstreamError(
    'UPSTREAM_INVALID',
    upstream.host,
    `${upstream.host} said ${request.digest} has ${before} bytes, and now says ${now}`,
  );
}
