/** The `Content-Range` of an answer in bytes (RFC 9110, section 14.4). */
export interface ContentRange {
  /** First and last byte sent, inclusive; undefined in an answer that no range could be sent (416). */
  readonly range: { readonly start: number; readonly end: number } | undefined;
  /** Bytes of the whole; undefined when the sender does not know (`*`). */
  readonly size: number | undefined;
}

const BYTES = /^bytes (?:(\d{1,16})-(\d{1,16})|\*)\/(\d{1,16}|\*)$/i;

/**
 * Reads `bytes 0-99/200`, `bytes 0-99/*` or `bytes * /200` (without the space).
 * @returns undefined when there is no header, it is malformed, or its numbers contradict each other
 */
export function parseContentRange(header: string | undefined): ContentRange | undefined {
  const match = BYTES.exec(header?.trim() ?? '');
  if (match === null) return undefined;
  const size = match[3] === '*' ? undefined : Number(match[3]);
  if (size !== undefined && !Number.isSafeInteger(size)) return undefined;
  if (match[1] === undefined || match[2] === undefined) {
    return size === undefined ? undefined : { range: undefined, size };
  }
  const start = Number(match[1]);
  const end = Number(match[2]);
  if (!Number.isSafeInteger(end) || start > end) return undefined;
  if (size !== undefined && end >= size) return undefined;
  return { range: { start, end }, size };
}
