import type { Digest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import { type ByteRange, parseRange, resolveRange } from '../oci/range.js';
import { type Exchange, header } from './exchange.js';
import { etagOf } from './not-modified.js';

/** The headers every answer with a blob has, whole or in part. */
export function blobHeaders(digest: Digest): Record<string, string> {
  return {
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'max-age=31536000',
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    ETag: etagOf(digest),
  };
}

/**
 * Sends the headers for a blob of `size` bytes, or for the part of it that the request names (RFC 9110 §14.2).
 * @returns the bytes that are to follow; of an empty blob, a range that ends before it starts
 * @throws OciError `RANGE_INVALID` when no byte of the range exists
 */
export function beginBlob(exchange: Exchange, digest: Digest, size: number): ByteRange {
  const { response } = exchange;
  const asked = isWanted(exchange, digest) ? parseRange(header(exchange, 'range')) : undefined;
  if (asked === undefined) {
    response.writeHead(200, { ...blobHeaders(digest), 'Content-Length': size });
    return { start: 0, end: size - 1 };
  }
  const range = resolveRange(asked, size);
  if (range === undefined) {
    throw new OciError('RANGE_INVALID', `the blob has ${size} bytes`, {
      headers: { 'Content-Range': `bytes */${size}` },
    });
  }
  response.writeHead(206, {
    ...blobHeaders(digest),
    'Content-Length': range.end + 1 - range.start,
    'Content-Range': `bytes ${range.start}-${range.end}/${size}`,
  });
  return range;
}

/** Sends the headers for a blob whose size nobody knows yet. A range is ignored then, as RFC 9110 §14.2 allows. */
export function beginUnsizedBlob(exchange: Exchange, digest: Digest): ByteRange {
  exchange.response.writeHead(200, blobHeaders(digest));
  return { start: 0, end: Number.POSITIVE_INFINITY };
}

/** Whether that is the whole of a blob of `size` bytes. */
export function isWhole(range: ByteRange, size: number | undefined): boolean {
  return range.start === 0 && (size === undefined || range.end === size - 1);
}

/** `If-Range` with another entity tag asks for the whole instead (RFC 9110 §13.1.5). */
function isWanted(exchange: Exchange, digest: Digest): boolean {
  const condition = header(exchange, 'if-range');
  return condition === undefined || condition === etagOf(digest);
}
