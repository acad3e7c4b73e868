import type { Digest } from '../../oci/digest.js';
import { blobData } from '../layout.js';
import type { Disk } from './disk.js';

/**
 * Makes a verified file the visible blob. One that is visible already stays, so that who reads it sees no change;
 * unless its size differs: then it is certainly damaged, and is replaced.
 * @param from a file whose content is on the disk; gone afterwards
 */
export async function placeBlob(disk: Disk, from: string, digest: Digest, size: number): Promise<void> {
  const path = blobData(digest);
  if (await hasBlob(disk, digest, size)) {
    await disk.remove(from);
    await disk.settle(path);
  } else {
    await disk.place(from, path);
  }
}

/** Whether a blob of that size is visible. */
export async function hasBlob(disk: Disk, digest: Digest, size: number): Promise<boolean> {
  const found = await disk.stat(blobData(digest));
  return found?.isFile() === true && found.size === size;
}
