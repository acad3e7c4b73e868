import { readdir } from 'node:fs/promises';
import { isMissing } from '../../errors.js';

const SUFFIX = '_defconfig';

/** The names of the sets of settings in a folder, without `_defconfig`; none when it is not there. */
export async function defconfigNames(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
