import { createHash } from 'node:crypto';
import { algorithmOf } from '../../oci/digest.js';
import { ArchiveError } from '../archive-error.js';
import { tarHeader } from '../tar/write-header.js';
import type { BundleList } from './list.js';
import type { PlacedMember, PlacedMembers } from './members.js';
import { type PartialBundle, SYNC_EVERY } from './output.js';
import { openBundle } from './read-bundle.js';
import { Tape } from './tape.js';
import { listBytes } from './write-list.js';

/** What an earlier run had begun to write; undefined when it is nothing, or of another bundle. */
export async function begunList(
  partial: PartialBundle,
  wanted: BundleList,
  signal: AbortSignal,
): Promise<BundleList | undefined> {
  if (partial.size === 0) return undefined;
  const source = {
    name: 'partial',
    seekable: true,
    open: (position: number) => partial.read(position),
    close: async () => undefined,
  };
  const tape = new Tape(source, signal);
  try {
    const { list } = await openBundle(tape);
    return isSame(list, wanted) ? list : undefined;
  } catch (error) {
    // Too short to tell, or somebody else's: it is written over.
    if (error instanceof ArchiveError) return undefined;
    throw error;
  } finally {
    await tape.close();
  }
}

/** The times differ with the time of the run, also that of `--since 7d`; what follows from them is in the rest. */
function isSame(list: BundleList, wanted: BundleList): boolean {
  if ((list.since === undefined) !== (wanted.since === undefined)) return false;
  const { created, since } = wanted;
  return listBytes({ ...list, created, since }).equals(listBytes(wanted));
}

/**
 * How far what is here is what is to be there, up to the end of a member. The headers tell for what was on the disk for certain; of the last
 * part, which a loss of power may have left without its content, the content is read.
 */
export async function wholeUntil(
  partial: PartialBundle,
  { members }: PlacedMembers,
  front: Buffer,
  signal: AbortSignal,
): Promise<number> {
  if (!(await readExactly(partial, 0, front.length))?.equals(front)) return 0;
  let end = front.length;
  for (const member of members) {
    signal.throwIfAborted();
    if (member.digest === undefined) continue;
    if (member.end > partial.size) break;
    const header = await readExactly(partial, member.start, member.content - member.start);
    if (header?.equals(tarHeader(member.path, member.size)) !== true) break;
    if (member.end > partial.size - 2 * SYNC_EVERY && !(await isRight(partial, member, signal))) break;
    end = member.end;
  }
  return end;
}

async function isRight(partial: PartialBundle, member: PlacedMember, signal: AbortSignal): Promise<boolean> {
  const { digest, content, size } = member;
  if (digest === undefined) return true;
  const hash = createHash(algorithmOf(digest));
  let left = size;
  for await (const piece of partial.read(content)) {
    signal.throwIfAborted();
    if (left === 0) break;
    const mine = piece.subarray(0, left);
    hash.update(mine);
    left -= mine.length;
  }
  return `${algorithmOf(digest)}:${hash.digest('hex')}` === digest;
}

async function readExactly(
  partial: PartialBundle,
  position: number,
  length: number,
): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let missing = length;
  for await (const piece of partial.read(position)) {
    pieces.push(piece.subarray(0, missing));
    missing -= Math.min(missing, piece.length);
    if (missing === 0) return Buffer.concat(pieces);
  }
  return missing === 0 ? Buffer.concat(pieces) : undefined;
}
