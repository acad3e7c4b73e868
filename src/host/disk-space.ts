import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing } from '../errors.js';
import { asFileError } from './files.js';

/** Bytes of the file system that a folder is on. */
export interface DiskSpace {
  /** What a normal user may still write. */
  readonly free: number;
  readonly total: number;
  /** What a normal user may still make, files and folders together; undefined where the file system has no such limit. */
  readonly freeFiles: number | undefined;
}

/**
 * The space of the file system that a folder is on, or would be on.
 * @throws FileError
 */
export async function diskSpace(folder: string): Promise<DiskSpace> {
  try {
    const { bsize, bavail, blocks, files, ffree } = await statfs(folder);
    return { free: bavail * bsize, total: blocks * bsize, freeFiles: files === 0 ? undefined : ffree };
  } catch (error) {
    const above = dirname(folder);
    if (isMissing(error) && above !== folder) return await diskSpace(above);
    throw asFileError(error, `cannot look at the file system of ${folder}`);
  }
}
