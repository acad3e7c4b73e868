import { statfs } from 'node:fs/promises';
import { asFileError } from './files.js';

/**
 * Bytes that a user may still write on the disk that a folder is on.
 * @throws FileError
 */
export async function freeSpace(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    throw asFileError(error, `cannot look at the disk of ${folder}`);
  }
}
