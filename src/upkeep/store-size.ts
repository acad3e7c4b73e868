import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../errors.js';
import { asFileError } from '../host/files.js';
import { blobsFolder } from '../store/layout.js';

/** What the blobs of a store take. */
export interface StoreSize {
  /** Bytes of content. */
  readonly bytes: number;
  readonly blobs: number;
  /** False when time was up, and the numbers were projected from a part. */
  readonly exact: boolean;
}

/** How many folders or files are looked at side by side. */
const TOGETHER = 32;

/**
 * Adds up the blobs of a store on disk. A digest's first two digits name the folder it is in, so these folders are alike: when the time is
 * up before all were seen, those that were stand for the others.
 * @param limit milliseconds
 * @throws FileError when the store cannot be read
 */
export async function measureStore(rootDirectory: string, limit: number): Promise<StoreSize> {
  const until = performance.now() + limit;
  const folder = join(rootDirectory, blobsFolder('sha256'));
  const parts = await list(folder);
  let [bytes, blobs, seen] = [0, 0, 0];
  for (const part of shuffled(parts)) {
    if (performance.now() > until) break;
    const sizes = await sizesIn(join(folder, part));
    bytes += sizes.reduce((sum, size) => sum + size, 0);
    blobs += sizes.length;
    seen += 1;
  }
  if (seen === parts.length) return { bytes, blobs, exact: true };
  const whole = parts.length / Math.max(1, seen);
  return { bytes: Math.round(bytes * whole), blobs: Math.round(blobs * whole), exact: false };
}

async function sizesIn(folder: string): Promise<number[]> {
  const sizes: number[] = [];
  const names = await list(folder);
  for (let start = 0; start < names.length; start += TOGETHER) {
    const group = names.slice(start, start + TOGETHER).map((name) => sizeOf(join(folder, name, 'data')));
    sizes.push(...(await Promise.all(group)).filter((size) => size !== undefined));
  }
  return sizes;
}

/** Blobs come and go while they are counted. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw asFileError(error, `cannot look at ${path}`);
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw asFileError(error, `cannot read ${folder}`);
  }
}

/** In any order but the same one each time, in case the folders are not alike after all. */
function shuffled(names: readonly string[]): string[] {
  const keyed = names.map((name) => ({ name, key: Math.random() }));
  return keyed.sort((one, other) => one.key - other.key).map(({ name }) => name);
}
