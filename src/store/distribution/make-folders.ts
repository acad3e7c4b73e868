import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../../errors.js';

/**
 * Makes a folder and those above it; resolves with the topmost one that was made, undefined when none was.
 * Node's own `recursive: true` reports a read-only file system as ENOENT.
 */
export async function makeFolders(path: string): Promise<string | undefined> {
  try {
    return await makeFolder(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
  }
  const above = await makeFolders(dirname(path));
  const made = await makeFolder(path);
  return above ?? made;
}

async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw error;
  }
}
