import { chmod, copyFile, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing } from '../../errors.js';
import { run } from '../../host/exec.js';
import { ensureFolder, syncFolder } from '../../host/files.js';
import type { TreeFile, WantedTree } from './wanted.js';

const FOLDER_MODE = 0o755;

/** Files copied at a time. */
const PARALLEL = 16;

/** Milliseconds that a disk may take to write what it was given. */
const SYNC_PATIENCE = 300_000;

/** Whether each file of a tree is there, and as long as it should be. @throws the system's error */
export async function isWholeTree({ path, files }: Pick<WantedTree, 'path' | 'files'>): Promise<boolean> {
  for (const file of files) {
    try {
      const there = await lstat(join(path, file.path));
      if (!there.isFile() || there.size !== (await sizeOf(file.content))) return false;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
  return true;
}

/**
 * Puts a tree in its place: written beside it, made safe from a power cut, and renamed. What is there already is put aside first.
 * @throws the system's error, CommandError
 */
export async function placeTree(path: string, files: readonly TreeFile[]): Promise<void> {
  const { fresh, old } = besides(path);
  await rm(fresh, { recursive: true, force: true });
  await ensureFolder(dirname(path));
  const folders = new Set(files.map((file) => dirname(join(fresh, file.path))));
  for (const folder of [fresh, ...folders].sort()) await makeFolders(fresh, folder);
  const queue = [...files];
  await Promise.all(Array.from({ length: PARALLEL }, () => writeAll(fresh, queue)));
  // Thousands of files, one by one, would take a disk minutes.
  await run('sync', ['--file-system', fresh], { timeout: SYNC_PATIENCE });
  await rm(old, { recursive: true, force: true });
  await renameIfThere(path, old);
  await rename(fresh, path);
  await syncFolder(dirname(path));
  await rm(old, { recursive: true, force: true });
}

/** Removes a tree, and what an interrupted placing of it left. @throws the system's error */
export async function removeTree(path: string): Promise<void> {
  const { fresh, old } = besides(path);
  for (const each of [path, fresh, old]) await rm(each, { recursive: true, force: true });
}

function besides(path: string): { fresh: string; old: string } {
  return { fresh: `${path}.new`, old: `${path}.old` };
}

/** Whatever the umask of who does this. */
async function makeFolders(top: string, folder: string): Promise<void> {
  if (folder !== top) await makeFolders(top, dirname(folder));
  await mkdir(folder, { recursive: true });
  await chmod(folder, FOLDER_MODE);
}

async function writeAll(top: string, queue: TreeFile[]): Promise<void> {
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    const path = join(top, file.path);
    if ('text' in file.content) await writeFile(path, file.content.text);
    else await copyFile(file.content.copyOf, path);
    await chmod(path, file.mode);
  }
}

async function sizeOf(content: TreeFile['content']): Promise<number> {
  return 'text' in content ? Buffer.byteLength(content.text) : (await lstat(content.copyOf)).size;
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
