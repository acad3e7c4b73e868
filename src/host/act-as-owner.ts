import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing } from '../errors.js';
import { asFileError } from './files.js';

/**
 * As root: becomes the user and group that a folder belongs to, for good, so that what this process writes there is theirs. Does nothing
 * for others, and in a folder of root's. One that is not there yet counts as the nearest one above it.
 * @throws FileError
 */
export async function actAsOwner(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await ownerOf(folder);
  if (uid === 0) return;
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

/**
 * As root: does some work as the user and group that a folder belongs to, and is root again afterwards. What the work writes there is
 * theirs, and it can be led to nothing that is not. Nothing else may go on in this process meanwhile. Does nothing special for others, and in a folder of root's.
 * @throws FileError; what `work` throws
 */
export async function asOwner<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const { getuid, getgroups, setgroups, setegid, seteuid } = process;
  if (getuid?.() !== 0) return await work();
  const { uid, gid } = await ownerOf(folder);
  if (uid === 0) return await work();
  const groups = getgroups?.() ?? [];
  setgroups?.([gid]);
  setegid?.(gid);
  seteuid?.(uid);
  try {
    return await work();
  } finally {
    seteuid?.(0);
    setegid?.(0);
    setgroups?.(groups);
  }
}

/**
 * Whether this process is root's and a folder is somebody else's. One that is not there yet counts as the nearest one above it.
 * @throws FileError
 */
export async function isForeign(folder: string): Promise<boolean> {
  return process.getuid?.() === 0 && (await ownerOf(folder)).uid !== 0;
}

async function ownerOf(folder: string): Promise<{ readonly uid: number; readonly gid: number }> {
  try {
    return await stat(folder);
  } catch (error) {
    if (isMissing(error) && dirname(folder) !== folder) return ownerOf(dirname(folder));
    throw asFileError(error, `cannot look at ${folder}`);
  }
}
