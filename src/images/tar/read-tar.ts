import { MirrorError } from '../../errors.js';
import { ArchiveError } from '../archive-error.js';
import { ByteReader } from './byte-reader.js';
import { memberName } from './member-name.js';
import { type Extended, type RawHeader, readExtended, readHeader } from './read-header.js';
import { BLOCK } from './write-header.js';

/** A file in an archive, or a link to one. Folders are not told of. */
export interface Member {
  /** Relative, without `.` and `..`. */
  readonly path: string;
  /** Where a symbolic or a hard link leads, as a path of the same kind; undefined for a file. */
  readonly link: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** The content, once, before the next member is asked for; what is not read is passed over. */
  readonly content: AsyncIterable<Buffer>;
}

/** Extended headers, long names: far more than any archive of images has. */
const HEADER_LIMIT = 256 * 1024;
/** Members of one archive. */
const MEMBER_LIMIT = 200_000;

/**
 * Reads a tar archive: ustar, pax and GNU. Memory is bounded whatever is in it, and nothing is unpacked.
 * @throws ArchiveError naming the member, for what is damaged, or is of no use in an archive of images: paths that lead out of it,
 *   devices, sparse files, headers without an end, a path twice; and what the source throws
 */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<Member> {
  const reader = new ByteReader(source);
  const seen = new Set<string>();
  let last: string | undefined;
  try {
    for (;;) {
      const found = await nextHeader(reader, last);
      if (found === undefined) break;
      last = found.path;
      const member = memberOf(found);
      const end = reader.position + found.size;
      if (member !== undefined) {
        if (seen.has(member.path)) throw new ArchiveError(`${shown(member.path)} is in it twice`);
        if (seen.size >= MEMBER_LIMIT) throw new ArchiveError(`it has more than ${MEMBER_LIMIT} members`);
        seen.add(member.path);
        yield { ...member, content: contentOf(reader, end, found.path) };
      }
      await passOver(contentOf(reader, end, found.path));
      await reader.take((BLOCK - (found.size % BLOCK)) % BLOCK);
    }
    // To the end, because what compresses it may have a checksum there.
    await passOver(reader.stream(Number.MAX_SAFE_INTEGER));
  } catch (error) {
    throw located(error, last);
  } finally {
    await reader.close();
  }
}

/** The next header, with what extended ones say in front of it; undefined at the end. */
async function nextHeader(reader: ByteReader, last: string | undefined): Promise<RawHeader | undefined> {
  let extended: Extended = {};
  for (;;) {
    const block = await reader.take(BLOCK);
    if (block.length === 0 && last !== undefined) return undefined;
    if (block.length < BLOCK) throw new ArchiveError('it is no tar archive, or it was cut off');
    const header = readHeader(block);
    if (header === undefined) return undefined;
    if (!'xgLK'.includes(header.type)) {
      const { path = header.path, size = header.size, linkTarget = header.linkTarget } = extended;
      return { ...header, path, size: isFile(header.type) ? size : 0, linkTarget };
    }
    if (header.size > HEADER_LIMIT) {
      throw new ArchiveError(`a header of it has ${header.size} bytes, and ${HEADER_LIMIT} are the most`);
    }
    const bytes = await reader.take(header.size);
    await reader.take((BLOCK - (header.size % BLOCK)) % BLOCK);
    if (bytes.length < header.size) throw new ArchiveError('it was cut off');
    if (header.type === 'x') extended = { ...extended, ...readExtended(bytes) };
    else if (header.type === 'L') extended = { ...extended, path: untilNul(bytes) };
    else if (header.type === 'K') extended = { ...extended, linkTarget: untilNul(bytes) };
  }
}

function memberOf({ path, type, linkTarget, size }: RawHeader): Omit<Member, 'content'> | undefined {
  const name = path.split('/').includes('..') ? undefined : memberName(path);
  if (name === undefined) throw new ArchiveError(`the path of ${shown(path)} leads out of it`);
  if (name === '' && type !== '5') throw new ArchiveError('a member of it has no name');
  if (type === '5' || (isFile(type) && path.endsWith('/'))) return undefined;
  if (isFile(type)) return { path: name, link: undefined, size };
  if (type !== '1' && type !== '2') {
    throw new ArchiveError(`${shown(path)} is neither a file nor a folder nor a link (type ${shown(type)})`);
  }
  // A hard link is told from the top of the archive, a symbolic one from where it is.
  const folder = type === '2' ? name.slice(0, name.lastIndexOf('/') + 1) : '';
  const link = linkTarget.startsWith('/') ? undefined : memberName(`${folder}${linkTarget}`);
  if (link === undefined) throw new ArchiveError(`the link ${shown(path)} leads out of it`);
  return { path: name, link, size: 0 };
}

/** What of a content was not read yet. */
async function* contentOf(reader: ByteReader, end: number, path: string): AsyncGenerator<Buffer> {
  try {
    yield* reader.stream(end - reader.position);
  } catch (error) {
    // Thrown to who reads the content, and not to the loop over the members.
    throw located(error, path);
  }
  if (reader.position < end) throw new ArchiveError(`it was cut off in ${shown(path)}`);
}

async function passOver(pieces: AsyncIterable<Buffer>): Promise<void> {
  for await (const piece of pieces) if (piece.length === 0) break;
}

/** An error of the source, such as a wrong checksum of what compresses it, tells nothing by itself. */
function located(error: unknown, last: string | undefined): unknown {
  if (error instanceof MirrorError || !(error instanceof Error) || 'syscall' in error) return error;
  if (error.name === 'AbortError') return error;
  const where = last === undefined ? 'at its beginning' : `in or behind ${shown(last)}`;
  return new ArchiveError(`it is damaged ${where}: ${error.message}`, { cause: error });
}

function isFile(type: string): boolean {
  return type === '0' || type === '7';
}

function untilNul(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

/** A text out of an archive, for a message: short, quoted, and without anything that a terminal would obey. */
export function shown(text: string): string {
  const quoted = JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
  return quoted.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
