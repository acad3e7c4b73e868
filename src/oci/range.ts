/** A part of a body, both ends inclusive, in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a Range header asks for, before the size of the body is known. */
export type RangeRequest =
  | { readonly kind: 'from'; readonly start: number; readonly end: number | undefined }
  | { readonly kind: 'suffix'; readonly length: number };

const SINGLE = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i;

/**
 * Reads a Range header with a single range (RFC 9110 §14.1.2). Anything else (other units, several ranges, nonsense) is
 * undefined: such a header is ignored, as §14.2 allows, and the whole body is sent.
 */
export function parseRange(header: string | undefined): RangeRequest | undefined {
  const match = header === undefined ? null : SINGLE.exec(header);
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? undefined : { kind: 'suffix', length: Number(last) };
  const end = last === '' ? undefined : Number(last);
  const start = Number(first);
  return end !== undefined && end < start ? undefined : { kind: 'from', start, end };
}

/**
 * The bytes a range request means in a body of `size` bytes (RFC 9110 §14.1.2); undefined when none of them exists,
 * which is answered with 416.
 */
export function resolveRange(request: RangeRequest, size: number): ByteRange | undefined {
  if (request.kind === 'suffix') {
    if (request.length === 0 || size === 0) return undefined;
    return { start: Math.max(0, size - request.length), end: size - 1 };
  }
  if (request.start >= size) return undefined;
  return { start: request.start, end: Math.min(request.end ?? size - 1, size - 1) };
}

const CHUNK = /^(?:bytes[ =])?\s*(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/;

/**
 * Reads the Content-Range of an upload's chunk, `START-END`, both inclusive (OCI distribution specification 1.1,
 * "Pushing a blob in chunks"). Undefined when it is none.
 */
export function parseChunkRange(header: string): ByteRange | undefined {
  const match = CHUNK.exec(header.trim());
  if (match === null) return undefined;
  const start = Number(match[1]);
  const end = Number(match[2]);
  return end < start ? undefined : { start, end };
}
