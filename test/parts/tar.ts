/** A member of an archive. */
export interface TarEntry {
  /** At most 100 bytes, relative; a folder's ends in a slash. */
  readonly path: string;
  /** Permission bits; 0644 for files and 0755 for folders when absent. */
  readonly mode?: number;
  readonly content?: Uint8Array;
  /** Makes it a symbolic link. */
  readonly linkTo?: string;
}

const BLOCK = 512;

/** An archive in the ustar format (POSIX.1-1988), the same bytes for the same entries: owner 0, time 0. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? []);
    return [header(entry, content.length), content, Buffer.alloc(padding(content.length))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function header(entry: TarEntry, size: number): Buffer {
  const { path, linkTo } = entry;
  if (Buffer.byteLength(path) > 100) throw new Error(`the path is too long for ustar: ${path}`);
  const isFolder = path.endsWith('/');
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0);
  octal(block, 100, 8, entry.mode ?? (isFolder ? 0o755 : 0o644));
  octal(block, 108, 8, 0);
  octal(block, 116, 8, 0);
  octal(block, 124, 12, size);
  octal(block, 136, 12, 0);
  block.write(linkTo !== undefined ? '2' : isFolder ? '5' : '0', 156);
  block.write(linkTo ?? '', 157);
  block.write('ustar\x0000', 257, 'latin1');
  // The checksum counts its own field as spaces.
  block.fill(' ', 148, 156);
  octal(
    block,
    148,
    7,
    block.reduce((sum, byte) => sum + byte, 0),
  );
  return block;
}

/** Digits, then a NUL, in a field of that width. */
function octal(block: Buffer, offset: number, width: number, value: number): void {
  block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset, 'latin1');
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}
