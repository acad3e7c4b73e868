import { randomUUID } from 'node:crypto';
import fs, { type Dirent, type Stats } from 'node:fs';
import { opendir, readdir, readFile, rename, rm, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorCode, isMissing } from '../../errors.js';
import { parentOf, TEMPORARY, temporary } from '../layout.js';
import { FolderSyncs } from './folder-syncs.js';
import { Limit } from './limit.js';
import { makeFolders } from './make-folders.js';
import { OpenFile } from './open-file.js';

const { O_RDONLY, O_RDWR, O_WRONLY, O_CREAT, O_EXCL } = fs.constants;

/** Two, because Node has four threads for files and a slow disk must leave some for reading. */
const SYNCS_AT_ONCE = 2;
/** Room for a link or an origin record, in bytes; a file that is longer is neither. */
const SMALL = 4096;
/** Age in milliseconds at which a temporary file has surely no owner any more. */
const ABANDONED = 3_600_000;

/**
 * The file system below the root directory, by relative paths from `layout.ts`. Everything that writes is atomic and
 * durable: write to a temporary name → fsync → rename → fsync the folder, and the folders above it that are new.
 */
export class Disk {
  readonly #root: string;
  readonly #now: () => number;
  readonly #syncs = new Limit(SYNCS_AT_ONCE);
  readonly #folders: FolderSyncs;
  readonly #small = Buffer.alloc(SMALL);
  #sweep: Promise<void> | undefined;

  constructor(rootDirectory: string, now: () => number) {
    this.#root = resolve(rootDirectory);
    this.#now = now;
    this.#folders = new FolderSyncs(this.#root, this.#syncs);
  }

  now(): number {
    return this.#now();
  }

  /** Undefined when there is nothing. */
  async stat(path: string): Promise<Stats | undefined> {
    return unlessMissing(stat(this.#at(path)));
  }

  async isFolder(path: string): Promise<boolean> {
    return (await this.stat(path))?.isDirectory() === true;
  }

  /** Opens for reading; undefined when it is not there. */
  async open(path: string): Promise<OpenFile | undefined> {
    return unlessMissing(OpenFile.open(this.#at(path), O_RDONLY));
  }

  /** Opens for reading and writing, making the file and its folders when they are not there. */
  async openForWriting(path: string): Promise<OpenFile> {
    return this.#inFolder(path, () => OpenFile.open(this.#at(path), O_RDWR | O_CREAT));
  }

  /** A file of less than 4 KiB; undefined when it is missing, a folder, or longer. */
  async readSmall(path: string): Promise<Buffer | undefined> {
    const file = await this.open(path);
    if (file === undefined) return undefined;
    try {
      const buffer = Buffer.allocUnsafe(SMALL);
      const length = await file.read(buffer, 0);
      return length === SMALL ? undefined : buffer.subarray(0, length);
    } catch (error) {
      if (errorCode(error) === 'EISDIR') return undefined;
      throw error;
    } finally {
      await file.close();
    }
  }

  /** As `readSmall`, in this thread. The bytes are good until the next call. */
  readSmallNow(path: string): Buffer | undefined {
    let file: number | undefined;
    try {
      file = fs.openSync(this.#at(path), O_RDONLY);
      const length = fs.readSync(file, this.#small, 0, SMALL, 0);
      return length === SMALL ? undefined : this.#small.subarray(0, length);
    } catch (error) {
      if (isMissing(error) || errorCode(error) === 'EISDIR') return undefined;
      throw error;
    } finally {
      if (file !== undefined) fs.closeSync(file);
    }
  }

  /** Bytes of a file, in this thread; undefined when there is none. */
  sizeNow(path: string): number | undefined {
    try {
      const found = fs.statSync(this.#at(path), { throwIfNoEntry: false });
      return found?.isFile() ? found.size : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** A whole file, undefined when it is not there. For files whose size is known to be modest. */
  async read(path: string): Promise<Buffer | undefined> {
    return unlessMissing(readFile(this.#at(path)));
  }

  /**
   * Writes a whole file, replacing what is there.
   * @param settle false spares the folder's fsync: after a loss of power the file may then be the one before
   */
  async write(path: string, bytes: Uint8Array, settle = true): Promise<void> {
    this.#sweep ??= this.#removeAbandoned();
    const from = temporary(randomUUID());
    try {
      await this.#writeNew(from, bytes);
      await this.place(from, path, settle);
    } catch (error) {
      await rm(this.#at(from), { force: true });
      throw error;
    }
  }

  /** Writes a small file that is worth nothing after a loss of power, and whose reader bears with half of it. */
  async writeTransient(path: string, bytes: Uint8Array): Promise<void> {
    await this.#inFolder(path, () => writeFile(this.#at(path), bytes));
  }

  /** Writes, fsyncs and removes a few bytes. */
  async probe(): Promise<void> {
    const path = temporary(randomUUID());
    try {
      await this.#writeNew(path, Buffer.from('probe\n'));
    } finally {
      await rm(this.#at(path), { force: true });
    }
  }

  async #writeNew(path: string, bytes: Uint8Array): Promise<void> {
    const flags = O_WRONLY | O_CREAT | O_EXCL;
    const file = await this.#inFolder(path, () => OpenFile.open(this.#at(path), flags));
    try {
      for (let written = 0; written < bytes.length; ) {
        written += await file.write(bytes, written, written);
      }
      await this.#syncs.run(() => file.sync());
    } finally {
      await file.close();
    }
  }

  /** Waits until a file's content is on the disk. */
  async dataSync(file: OpenFile): Promise<void> {
    await this.#syncs.run(() => file.dataSync());
  }

  /** Gives a file whose content is on the disk its final name. */
  async place(from: string, to: string, settle = true): Promise<void> {
    let made: string | undefined;
    await this.#inFolder(
      to,
      () => rename(this.#at(from), this.#at(to)),
      (folder) => {
        made ??= folder;
      },
    );
    if (settle || made !== undefined) await this.#folders.settle(parentOf(to), made);
  }

  /** Waits until the entry of a file somebody else placed is on the disk. */
  async settle(path: string): Promise<void> {
    await this.#folders.settle(parentOf(path));
  }

  /** Makes a folder, and those above it. */
  async makeFolder(path: string): Promise<void> {
    const made = await makeFolders(this.#at(path));
    // As if a file had been placed in it: what counts is that its own entry is on the disk.
    if (made !== undefined || !this.#folders.has(path)) {
      await this.#folders.settle(path, made === undefined ? undefined : this.#relative(made));
    }
  }

  /** Removes a file; false when it was not there. */
  async remove(path: string): Promise<boolean> {
    const gone = await unlessMissing(unlink(this.#at(path)).then(() => true));
    if (gone === undefined) return false;
    await this.#folders.sync(parentOf(path));
    return true;
  }

  /** Removes a folder if nothing is in it. */
  async removeIfEmpty(path: string): Promise<void> {
    try {
      await rmdir(this.#at(path));
    } catch (error) {
      const code = errorCode(error);
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && !isMissing(error)) throw error;
    }
  }

  /** Removes a folder and all below it, in one step for everybody who looks; false when it was not there. */
  async removeTree(path: string): Promise<boolean> {
    const aside = temporary(randomUUID());
    if ((await this.stat(path)) === undefined) return false;
    const moved = this.#inFolder(aside, () => rename(this.#at(path), this.#at(aside))).then(() => true);
    if ((await unlessMissing(moved)) === undefined) return false;
    await this.#folders.sync(parentOf(path));
    await rm(this.#at(aside), { recursive: true, force: true });
    return true;
  }

  /** What is in a folder, as it comes, without collecting it; nothing when the folder is not there. */
  async *entries(path: string): AsyncGenerator<Dirent> {
    const folder = await unlessMissing(opendir(this.#at(path), { bufferSize: 128 }));
    if (folder !== undefined) yield* folder;
  }

  /** What is in a folder, all of it; undefined when the folder is not there. */
  async list(path: string): Promise<Dirent[] | undefined> {
    return unlessMissing(readdir(this.#at(path), { withFileTypes: true }));
  }

  /** Waits for what goes on in the background. */
  async close(): Promise<void> {
    await this.#sweep;
  }

  /** Does something that needs the folder `path` is in, making the folder when it turns out to be missing. */
  async #inFolder<T>(path: string, work: () => Promise<T>, onMade?: (folder: string) => void): Promise<T> {
    // More than one attempt, because somebody may remove the empty folder between making and using it.
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (errorCode(error) !== 'ENOENT' || attempt > 3) throw error;
      }
      const made = await makeFolders(this.#at(parentOf(path)));
      if (made !== undefined) onMade?.(this.#relative(made));
    }
  }

  async #removeAbandoned(): Promise<void> {
    try {
      for await (const entry of this.entries(TEMPORARY)) {
        const path = temporary(entry.name);
        const found = await this.stat(path);
        // By the machine's clock, which the file's time is from.
        if (found === undefined || found.mtimeMs > Date.now() - ABANDONED) continue;
        await rm(this.#at(path), { recursive: true, force: true });
      }
    } catch {
      // Left-overs only take room. The next start tries again, and what is wrong with the disk is reported by the write beside this.
    }
  }

  #at(path: string): string {
    return `${this.#root}/${path}`;
  }

  /** Empty when the path is the root or above it, which means that all of it is new. */
  #relative(path: string): string {
    return path.slice(this.#root.length + 1);
  }
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
