import type { Digest } from '../../oci/digest.js';
import { digestOf } from '../../store/read-whole.js';
import { ArchiveError } from '../archive-error.js';
import { readHeader } from '../tar/read-header.js';
import { shown } from '../tar/read-tar.js';
import { BLOCK, tarHeader } from '../tar/write-header.js';
import { LAYOUT_FILE } from './layout-index.js';
import { type BundleList, LIST_LIMIT } from './list.js';
import {
  INDEX_MEMBER,
  LAYOUT_MEMBER,
  LIST_MEMBER,
  type PlacedMember,
  type PlacedMembers,
  placeMembers,
  SIGNATURE_MEMBER,
} from './members.js';
import { readList } from './read-list.js';
import { SIGNATURE_LIMIT } from './signature.js';
import type { Tape } from './tape.js';
import { listDigest } from './write-list.js';

/** What a bundle says of itself, before its content. */
export interface Opened {
  readonly list: BundleList;
  readonly listBytes: Buffer;
  readonly listDigest: Digest;
  readonly signature: Buffer;
  readonly placed: PlacedMembers;
}

/**
 * Reads the list and the signature of a bundle, and what else is in front of the content. Nothing of it is to be believed before the
 * signature was checked.
 * @throws ArchiveError
 */
export async function openBundle(tape: Tape): Promise<Opened> {
  const listBytes = await leading(tape, LIST_MEMBER, LIST_LIMIT);
  const signature = await leading(tape, SIGNATURE_MEMBER, SIGNATURE_LIMIT);
  const list = readList(listBytes);
  const placed = placeMembers(list, listBytes.length, signature.length);
  return { list, listBytes, listDigest: listDigest(listBytes), signature, placed };
}

/**
 * Reads the other members in front of the content, which have to be what the list makes of them.
 * @throws ArchiveError
 */
export async function checkFront(tape: Tape, { list, placed }: Opened): Promise<void> {
  for (const member of placed.members) {
    if (member.digest !== undefined) return;
    if (member.path !== LAYOUT_MEMBER && member.path !== INDEX_MEMBER) continue;
    await enterMember(tape, member);
    const bytes = await tape.take(member.size);
    if (bytes.length < member.size) throw cutOff(member.path);
    const isRight =
      member.path === LAYOUT_MEMBER
        ? bytes.equals(LAYOUT_FILE)
        : digestOf(bytes, list.index.digest) === list.index.digest;
    if (!isRight) throw new ArchiveError(`${member.path} is damaged`);
  }
}

/**
 * Goes to the content of a member. Its header has to be what the list makes of it, so that there is no other way to read the file.
 * @throws ArchiveError naming it
 */
export async function enterMember(tape: Tape, member: PlacedMember): Promise<void> {
  if (!(await tape.goTo(member.start))) throw cutOff(member.path);
  const expected = tarHeader(member.path, member.size);
  const header = await tape.take(expected.length);
  if (header.length < expected.length) throw cutOff(member.path);
  if (!header.equals(expected)) throw new ArchiveError(`it is damaged where ${member.path} should begin`);
}

/** The content of a member that was entered. @throws ArchiveError when it ends before its end */
export async function* contentOf(tape: Tape, member: PlacedMember): AsyncGenerator<Buffer> {
  let left = member.size;
  for await (const piece of tape.stream(member.size)) {
    left -= piece.length;
    yield piece;
  }
  if (left > 0) throw cutOff(member.path);
}

export function cutOff(path: string): ArchiveError {
  return new ArchiveError(`it is cut off in ${path}`, {
    hint: 'have the rest of it copied, and run it again: what is here is not read again',
  });
}

async function leading(tape: Tape, path: string, limit: number): Promise<Buffer> {
  const block = await tape.take(BLOCK);
  if (block.length < BLOCK) throw new ArchiveError('it is no bundle, or it was cut off in its beginning');
  const header = readHeader(block);
  if (header?.path !== path || header.type !== '0') {
    const told = header === undefined ? 'nothing' : shown(header.path);
    throw new ArchiveError(`it is no bundle: ${told} is where ${path} should be`, {
      hint: 'archives of single images are for "docker-mirror import"',
    });
  }
  if (header.size > limit)
    throw new ArchiveError(`its ${path} has ${header.size} bytes, and ${limit} are the most`);
  if (!block.equals(tarHeader(path, header.size)))
    throw new ArchiveError(`the header of its ${path} is not one of a bundle`);
  const bytes = await tape.take(header.size);
  const rest = await tape.take((BLOCK - (header.size % BLOCK)) % BLOCK);
  if (bytes.length < header.size || rest.some((byte) => byte !== 0)) throw cutOff(path);
  return Buffer.from(bytes);
}
