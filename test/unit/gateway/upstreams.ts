import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Digest, parseDigest } from '#src/oci/digest.js';
import { UpstreamError, type UpstreamErrorCode, type UpstreamErrorOptions } from '#src/upstream/errors.js';
import type { BlobBody, BlobOptions, Upstream } from '#src/upstream/port.js';

/** An upstream in memory that answers what it is given, and has nothing else. */
export function upstreamOf(host: string, answers: Partial<Upstream> = {}): Upstream {
  const nothing = async () => {
    throw failure('UPSTREAM_NOT_FOUND', { host });
  };
  return {
    host,
    headManifest: nothing,
    getManifest: nothing,
    headBlob: nothing,
    getBlob: nothing,
    tags: nothing,
    referrers: nothing,
    prepare: async () => undefined,
    status: () => ({ host, circuit: 'closed', rateLimit: undefined, lastError: undefined }),
    close: async () => undefined,
    ...answers,
  };
}

/** What an upstream says when it fails. */
export function failure(
  code: UpstreamErrorCode,
  options: UpstreamErrorOptions & { readonly host?: string } = {},
): UpstreamError {
  const { host = 'upstream.test', ...rest } = options;
  return new UpstreamError(code, host, `${host} failed as planned`, rest);
}

/** The digest of some bytes. */
export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): Digest {
  return parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
}

/** How one request for a blob goes. */
export interface Serving {
  /** What the upstream holds. */
  readonly bytes: Buffer;
  /** Bytes of the body that are sent before `fault`; all of them when absent. */
  readonly give?: number;
  /** The error the body ends with. */
  readonly fault?: Error;
  /** As an upstream that knows no ranges. */
  readonly ignoreRange?: boolean;
  /** As an upstream that does not say how long a blob is. */
  readonly unsized?: boolean;
  readonly etag?: string;
  /** Resolves when the body may end. */
  readonly until?: Promise<unknown>;
}

/** A blob's body as an upstream would give it. */
export function blobBody(serving: Serving, options: BlobOptions = {}): BlobBody {
  const { bytes, give, fault, ignoreRange = false, unsized = false, etag, until } = serving;
  const start = ignoreRange ? 0 : (options.offset ?? 0);
  const last = ignoreRange ? bytes.length : (options.end ?? bytes.length - 1) + 1;
  const sent = bytes.subarray(start, Math.min(last, start + (give ?? bytes.length)));
  const body = new Readable({ objectMode: true, highWaterMark: 4, read: () => undefined });
  // A body of the upstream client has a listener of its own, too: nobody may be listening yet when it breaks off.
  body.on('error', () => undefined);
  for (let at = 0; at < sent.length; at += 1000) body.push(sent.subarray(at, at + 1000));
  const end = () => (fault === undefined ? body.push(null) : body.destroy(fault));
  if (until === undefined) end();
  else void until.then(end);
  return { start, size: unsized ? undefined : bytes.length, etag, body };
}
