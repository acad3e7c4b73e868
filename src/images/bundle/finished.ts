import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isMissing } from '../../errors.js';
import { asFileError, syncFolder } from '../../host/files.js';
import { volumeName } from './volume-name.js';

/**
 * Writes the list beside its bundle. Sticks are often of a file system without owners and modes, so these are left alone.
 * @throws FileError
 */
export async function writeListFile(path: string, bytes: Buffer): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  try {
    const file = await open(temporary, 'w', 0o644);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw asFileError(error, `cannot write ${path}`);
  }
}

/** Whether a finished bundle is there, in one file or in volumes. @throws FileError */
export async function isFinished(path: string): Promise<boolean> {
  for (const each of [path, volumeName(path, 0)]) {
    try {
      await stat(each);
      return true;
    } catch (error) {
      if (!isMissing(error)) throw asFileError(error, `cannot look at ${each}`);
    }
  }
  return false;
}
