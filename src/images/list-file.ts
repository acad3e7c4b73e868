import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, isMissing, MirrorError } from '../errors.js';
import { withFileLock } from '../host/file-lock.js';
import { asFileError, ensureFolder, readTextIfThere, writeFileAtomic } from '../host/files.js';
import { withMadePart } from './made-part.js';

/** A list of images that was brought up to date with the settings. */
export interface SyncedList {
  /** The list as it is now; where it could not be written, as it should be. */
  readonly text: string;
  /** Why it could not be written; undefined: it was, or it need not be. */
  readonly unwritten: MirrorError | undefined;
  /** What is the matter with the marks that were there, and was put right. */
  readonly repaired: string | undefined;
}

/** Where nobody can write, what is read counts all the same. */
const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR']);

/**
 * Brings the part of a list that is made from the settings up to date. A list that nothing names an image for is not made, nor is one in a
 * folder that is not there: no mirror was set up. Where the file cannot be written, the same list is given as text.
 * @param names the images of the settings, as they are written
 * @throws FileError when it cannot be read
 */
export async function syncListFile(path: string, names: readonly string[]): Promise<SyncedList> {
  const present = (await readTextIfThere(path)) ?? '';
  const wanted = withMadePart(present, names);
  // Without the lock, which only those who may write can have.
  if (wanted.text === present || !(await isThere(dirname(path)))) return { ...wanted, unwritten: undefined };
  try {
    const { result } = await editListFile(path, (text) => {
      const made = withMadePart(text, names);
      return { text: made.text, result: made };
    });
    return { ...result, unwritten: undefined };
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    // One that can be tried again is held by somebody else for too long.
    if (!error.retryable && !UNWRITABLE.has(errorCode(error.cause) ?? '')) throw error;
    return { ...wanted, unwritten: error };
  }
}

/**
 * Changes a list of images, which is made when it is not there. Whoever else changes it at the same time is waited for, and a reader
 * sees the old list or the new one. What is equal is not written.
 * @param edit the new text, and what the caller wants to know of it
 * @throws FileError; what `edit` throws
 */
export async function editListFile<T>(
  path: string,
  edit: (text: string) => { readonly text: string; readonly result: T },
): Promise<{ readonly text: string; readonly result: T }> {
  await ensureFolder(dirname(path));
  return await withFileLock(path, async () => {
    const present = await readTextIfThere(path);
    const edited = edit(present ?? '');
    if (edited.text !== (present ?? '')) await writeFileAtomic(path, edited.text);
    return edited;
  });
}

async function isThere(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw asFileError(error, `cannot look at ${folder}`);
  }
}
