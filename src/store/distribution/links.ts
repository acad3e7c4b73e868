import { type Digest, isDigest } from '../../oci/digest.js';
import { parentOf } from '../layout.js';
import type { Disk } from './disk.js';
import { mapAhead } from './limit.js';
import { AHEAD, ALGORITHMS } from './shared.js';

/** What a link file points at: it holds a digest and nothing else. A damaged one reads as none. */
export async function readLink(disk: Disk, path: string): Promise<Digest | undefined> {
  const text = (await disk.readSmall(path))?.toString('latin1');
  return text !== undefined && isDigest(text) ? text : undefined;
}

/** Writes a link, unless it is there and right. */
export async function writeLink(disk: Disk, path: string, digest: Digest): Promise<void> {
  if ((await readLink(disk, path)) === digest) await disk.settle(path);
  else await disk.write(path, Buffer.from(digest, 'latin1'));
}

/** Removes a link and the folder that was made for it. */
export async function removeLink(disk: Disk, path: string): Promise<boolean> {
  const removed = await disk.remove(path);
  await disk.removeIfEmpty(parentOf(path));
  return removed;
}

/** The digests linked below a folder (`ALGORITHM/HEX/link`), without collecting them. */
export async function* linkedDigests(disk: Disk, folder: string): AsyncGenerator<Digest> {
  const linked = mapAhead(folderDigests(disk, folder), AHEAD, async (digest) =>
    (await readLink(disk, `${folder}/${digest.replace(':', '/')}/link`)) === digest ? digest : undefined,
  );
  for await (const digest of linked) {
    if (digest !== undefined) yield digest;
  }
}

async function* folderDigests(disk: Disk, folder: string): AsyncGenerator<Digest> {
  for (const algorithm of ALGORITHMS) {
    for await (const { name } of disk.entries(`${folder}/${algorithm}`)) {
      const digest = `${algorithm}:${name}`;
      if (isDigest(digest)) yield digest;
    }
  }
}
