import { ArchiveError } from '../archive-error.js';
import { BLOCK, checksum } from './write-header.js';

/** What one header block says. */
export interface RawHeader {
  readonly path: string;
  /** Bytes of content behind it. */
  readonly size: number;
  /** The type flag: `0` a file, `1` a hard link, `2` a symbolic link, `5` a folder… */
  readonly type: string;
  readonly linkTarget: string;
}

/** What extended headers say of the next member; what they do not say is absent. */
export interface Extended {
  readonly path?: string;
  readonly size?: number;
  readonly linkTarget?: string;
}

/**
 * Reads one header block (POSIX.1-1988 ustar, GNU and the older form without a magic).
 * @returns undefined for a block of zeros, which ends an archive
 * @throws ArchiveError
 */
export function readHeader(header: Buffer): RawHeader | undefined {
  if (header.every((byte) => byte === 0)) return undefined;
  const told = octal(header, 148, 8);
  if (told !== checksum(header)) {
    throw new ArchiveError('it is no tar archive, or a damaged one: the checksum of a header is wrong');
  }
  const isUstar = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? text(header, 345, 155) : '';
  const name = text(header, 0, 100);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    size: size(header),
    type: header[156] === 0 ? '0' : String.fromCharCode(header[156] ?? 0),
    linkTarget: text(header, 157, 100),
  };
}

/**
 * Reads the records of an extended header (POSIX.1-2001, "pax Extended Header").
 * @throws ArchiveError when they are malformed, or describe a sparse file
 */
export function readExtended(bytes: Buffer): Extended {
  let found: Extended = {};
  for (let start = 0; start < bytes.length; ) {
    const space = bytes.indexOf(0x20, start);
    const length = Number(/^\d{1,7}$/.exec(bytes.toString('latin1', start, Math.max(start, space)))?.[0]);
    const end = start + length;
    // Written so that a length that is no number is refused too.
    if (!(space > start && end <= bytes.length && end > space + 1 && bytes[end - 1] === 0x0a)) {
      throw new ArchiveError('an extended header of it is malformed');
    }
    const record = bytes.toString('utf8', space + 1, end - 1);
    const equals = record.indexOf('=');
    found = { ...found, ...extendedOf(record.slice(0, Math.max(0, equals)), record.slice(equals + 1)) };
    start = end;
  }
  return found;
}

function extendedOf(key: string, value: string): Extended {
  if (key === 'path') return { path: value };
  if (key === 'linkpath') return { linkTarget: value };
  if (key === 'size') return { size: checkedSize(/^\d+$/.test(value) ? Number(value) : Number.NaN) };
  if (key.startsWith('GNU.sparse.')) throw new ArchiveError('it holds a sparse file, which images never do');
  return {};
}

/** Octal digits; or, by GNU, a binary number whose first bit is set. */
function size(header: Buffer): number {
  if ((header[124] ?? 0) < 0x80) return checkedSize(octal(header, 124, 12));
  let value = BigInt((header[124] ?? 0) & 0x7f);
  for (const byte of header.subarray(125, 136)) value = value * 256n + BigInt(byte);
  return checkedSize(Number(value));
}

function checkedSize(value: number): number {
  // Room for the padding as well.
  if (Number.isSafeInteger(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER - BLOCK) return value;
  throw new ArchiveError('it is no tar archive, or a damaged one: a size in a header is wrong');
}

/** NaN when it is no number. */
function octal(header: Buffer, offset: number, width: number): number {
  const digits = header.toString('latin1', offset, offset + width).replace(/^[\0 ]+|[\0 ].*$/gs, '');
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

function text(header: Buffer, offset: number, width: number): string {
  const field = header.subarray(offset, offset + width);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? width : end);
}
