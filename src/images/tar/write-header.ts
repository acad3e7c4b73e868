/** Bytes in one block of a tar archive; everything in it is padded to whole blocks. */
export const BLOCK = 512;

/** Bytes of a name in the ustar header. */
const NAME_LIMIT = 100;
/** The largest size that eleven octal digits tell: 8 GiB - 1. */
const SIZE_LIMIT = 0o77777777777;

/** The blocks that end an archive. */
export const END = Buffer.alloc(2 * BLOCK);

/**
 * The header of one member: ustar (POSIX.1-1988), with an extended header (POSIX.1-2001, "pax") in front where the name or the size does
 * not fit. Owner and times are 0, so that the same member has the same header everywhere.
 * @param path relative; that of a folder ends in a slash
 * @param size bytes of content; 0 for a folder
 */
export function tarHeader(path: string, size: number): Buffer {
  const isLong = Buffer.byteLength(path) > NAME_LIMIT;
  const isLarge = size > SIZE_LIMIT;
  const records = [
    ...(isLong ? [paxRecord('path', path)] : []),
    ...(isLarge ? [paxRecord('size', `${size}`)] : []),
  ];
  const own = block(path, isLarge ? 0 : size, path.endsWith('/') ? '5' : '0');
  if (records.length === 0) return own;
  const extended = Buffer.from(records.join(''));
  return Buffer.concat([block('pax', extended.length, 'x'), extended, padding(extended.length), own]);
}

/** The zeros that fill the last block of a content. */
export function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

function block(path: string, size: number, type: string): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0, NAME_LIMIT);
  octal(header, 100, 8, type === '5' ? 0o755 : 0o644);
  octal(header, 108, 8, 0);
  octal(header, 116, 8, 0);
  octal(header, 124, 12, size);
  octal(header, 136, 12, 0);
  header.write(type, 156);
  header.write('ustar\x0000', 257, 'latin1');
  octal(header, 148, 7, checksum(header));
  header.write(' ', 155);
  return header;
}

/** The sum of a header's bytes, its own field counted as spaces. */
export function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, position) => sum + (position >= 148 && position < 156 ? 0x20 : byte), 0);
}

function octal(header: Buffer, offset: number, width: number, value: number): void {
  header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset, 'latin1');
}

/** `LENGTH KEY=VALUE\n`, in which the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const length = bytes + `${bytes + `${bytes}`.length}`.length;
  return `${length}${rest}`;
}
