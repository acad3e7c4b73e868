import { createHash } from 'node:crypto';
import { algorithmOf } from '../../oci/digest.js';
import { checkFront, contentOf, enterMember, type Opened } from './read-bundle.js';
import type { Tape } from './tape.js';

/**
 * Reads all of a bundle.
 * @param onBytes is told how many bytes were read
 * @returns the members whose content is not what the list says
 * @throws ArchiveError when it ends before its end, or is no bundle any more somewhere
 */
export async function verifyContent(
  tape: Tape,
  opened: Opened,
  onBytes: (count: number) => void,
): Promise<string[]> {
  await checkFront(tape, opened);
  const damaged: string[] = [];
  for (const member of opened.placed.members) {
    if (member.digest === undefined) continue;
    await enterMember(tape, member);
    const hash = createHash(algorithmOf(member.digest));
    for await (const piece of contentOf(tape, member)) {
      hash.update(piece);
      onBytes(piece.length);
    }
    if (`${algorithmOf(member.digest)}:${hash.digest('hex')}` !== member.digest) damaged.push(member.path);
  }
  return damaged;
}
