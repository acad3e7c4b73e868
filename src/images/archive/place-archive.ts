import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, isMissing } from '../../errors.js';
import { syncFolder, temporaryName, writeFileAtomic } from '../../host/files.js';
import { isLocked } from '../../host/lock.js';
import type { Sink } from '../compressor.js';
import { type ArchiveEntry, archivesOf, checksumFile, checksumLine, datedFile } from './file-name.js';
import { syncingWriter } from './syncing-writer.js';

/** Where an archive goes, and what becomes of the earlier ones. */
export interface Placement {
  readonly folder: string;
  readonly image: string;
  readonly file: string;
  /** How many archives of the image stay, the new one included. */
  readonly keep: number;
}

/**
 * Writes an archive under another name beside its own, and gives it its own once it is on the disk: at any moment there is the old one or
 * the new one, whole. Its checksum is away for that moment, so that it never belongs to the other one.
 * @returns bytes of the file
 * @throws what `write` throws, and the system's errors; the old one is as it was then
 */
export async function placeArchive(
  placement: Placement,
  write: (sink: Sink) => Promise<void>,
): Promise<number> {
  const { folder, file } = placement;
  const path = join(folder, file);
  const temporary = await temporaryName(path);
  const hash = createHash('sha256');
  let size = 0;
  try {
    const output = await open(temporary, 'wx', 0o644);
    try {
      const writer = syncingWriter(output);
      await write(async (chunk) => {
        const written = writer.write(chunk);
        hash.update(chunk);
        await written;
        size += chunk.length;
      });
      await writer.finish();
    } finally {
      await output.close();
    }
    await putAside(placement);
    await rm(join(folder, checksumFile(file)), { force: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
  await writeChecksum(folder, file, hash.digest('hex'));
  return size;
}

/** Writes the checksum of an archive that has none, because the one who placed it was killed in between. */
export async function completeChecksum(folder: string, file: string): Promise<void> {
  if (await isThere(join(folder, checksumFile(file)))) return;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(join(folder, file))) hash.update(chunk as Buffer);
  await writeChecksum(folder, file, hash.digest('hex'));
}

/** Removes what is left of archivers that were killed; those that run hold a lock. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = /^(.+\.tar(?:\.gz|\.zst)?)\.[0-9a-f]{12}\.tmp$/.exec(name)?.[1];
    if (file === undefined || (await isBeingWritten(join(folder, file)))) continue;
    await rm(join(folder, name), { force: true });
  }
}

/** Removes the archives of an image that are too many, the oldest ones. */
export async function prune({
  folder,
  image,
  keep,
}: Pick<Placement, 'folder' | 'image' | 'keep'>): Promise<string[]> {
  const surplus = archivesOf(image, await readdir(folder)).slice(keep);
  for (const { file } of surplus) {
    await rm(join(folder, checksumFile(file)), { force: true });
    await rm(join(folder, file), { force: true });
  }
  return surplus.map(({ file }) => file);
}

/** The lock of those who write an archive. */
export function lockOf(path: string): string {
  return `${path}.lock`;
}

async function isBeingWritten(path: string): Promise<boolean> {
  return (await isThere(lockOf(path))) && (await isLocked(lockOf(path)));
}

/** Gives the last archive, and one with another compression, a second name with its date. */
async function putAside({ folder, image, file }: Placement): Promise<void> {
  for (const last of archivesOf(image, await readdir(folder))) {
    if (last.stamp !== undefined) continue;
    await copyChecksum(folder, last.file, await linkDated(folder, image, last));
    if (last.file === file) continue;
    await rm(join(folder, checksumFile(last.file)), { force: true });
    await rm(join(folder, last.file), { force: true });
  }
}

async function copyChecksum(folder: string, from: string, to: string): Promise<void> {
  try {
    const source = await open(join(folder, checksumFile(from)), 'r');
    try {
      const hex = (await source.readFile('latin1')).slice(0, 64);
      if (/^[0-9a-f]{64}$/.test(hex)) await writeChecksum(folder, to, hex);
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Of two that were made in one second, the later one is said to be of the next. */
async function linkDated(folder: string, image: string, { file, extension }: ArchiveEntry): Promise<string> {
  const path = join(folder, file);
  for (let { mtimeMs } = await stat(path); ; mtimeMs += 1000) {
    const dated = datedFile(image, extension, new Date(mtimeMs));
    try {
      await link(path, join(folder, dated));
      return dated;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

async function writeChecksum(folder: string, file: string, hex: string): Promise<void> {
  await writeFileAtomic(join(folder, checksumFile(file)), checksumLine(hex, file));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
