import { constants, copyFile, open, readFile, readlink, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCode, isMissing } from '../errors.js';
import { FileError, temporaryName } from './files.js';

/** As many as Linux follows. */
const MAX_LINKS = 40;

/**
 * The path that a path stands for once every symbolic link at its end is followed, whether something is there or not: what is
 * written there, instead of to the path, leaves the link in place.
 * @throws FileError when links go round in a circle
 */
export async function linkTarget(path: string): Promise<string> {
  let at = resolve(path);
  for (let links = 0; links <= MAX_LINKS; links += 1) {
    const next = await readLinkIfOne(at);
    if (next === undefined) return at;
    at = resolve(dirname(at), next);
  }
  throw new FileError(`${path} is a symbolic link that leads in a circle`);
}

async function readLinkIfOne(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (errorCode(error) === 'EINVAL' || isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * The bytes of a file; undefined when it is not there.
 * @throws the system's error
 */
export async function bytesIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Copies a file over another one, mode included, so that the other one is the old or the new one at any moment.
 * @throws the system's error; the other file is as it was then
 */
export async function copyAtomic(from: string, to: string): Promise<void> {
  const temporary = await temporaryName(to);
  try {
    await copyFile(from, temporary, constants.COPYFILE_EXCL);
    const file = await open(temporary, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
}
