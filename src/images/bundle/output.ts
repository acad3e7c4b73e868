import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, isMissing } from '../../errors.js';
import { asFileError, FileError, syncFolder } from '../../host/files.js';
import { volumeName } from './volume-name.js';

/** Where a bundle is written to, from its beginning to its end. */
export interface BundleOutput {
  append(bytes: Buffer): Promise<void>;
}

/** How often what was written is waited for, bytes: after a loss of power only the last ones may be missing. */
export const SYNC_EVERY = 256 * 1024 * 1024;

/**
 * A bundle that is being written: `NAME.partial` or, in volumes, `NAME.partial.000` and so on, for a run after this one to go on with.
 * It gets its own name when it is complete and on the disk.
 */
export class PartialBundle implements BundleOutput {
  readonly #path: string;
  readonly #volume: number;
  readonly #files = new Map<number, FileHandle>();
  readonly #unsynced = new Set<FileHandle>();
  #size = 0;
  #sinceSync = 0;

  /** @param split bytes of a volume; undefined: one file */
  constructor(path: string, split: number | undefined) {
    this.#path = path;
    this.#volume = split ?? Number.MAX_SAFE_INTEGER;
  }

  /** Bytes that are here. */
  get size(): number {
    return this.#size;
  }

  /** Opens what an earlier run left; volumes that do not join are as if they were not there. @throws FileError */
  async open(): Promise<void> {
    await this.#doing(async () => {
      for (let number = 0; ; number += 1) {
        const file = await openIfThere(this.#partial(number));
        if (file === undefined) return;
        this.#files.set(number, file);
        const { size } = await file.stat();
        this.#size += Math.min(size, this.#volume);
        if (size !== this.#volume) return;
      }
    });
  }

  /** What is here, from a position. */
  async *read(position: number): AsyncGenerator<Buffer> {
    for (let at = position; at < this.#size; ) {
      const number = Math.floor(at / this.#volume);
      const inVolume = at % this.#volume;
      const buffer = Buffer.allocUnsafe(Math.min(1024 * 1024, this.#volume - inVolume, this.#size - at));
      const file = this.#files.get(number);
      const { bytesRead } = (await file?.read(buffer, 0, buffer.length, inVolume)) ?? { bytesRead: 0 };
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /** Throws away what is behind a position. @throws FileError */
  async truncate(size: number): Promise<void> {
    await this.#doing(async () => {
      const last = Math.floor(size / this.#volume);
      for (let number = last + 1; ; number += 1) {
        const file = this.#files.get(number);
        await file?.close();
        this.#files.delete(number);
        if (!(await removed(this.#partial(number))) && file === undefined) break;
      }
      await this.#files.get(last)?.truncate(size % this.#volume);
      this.#size = size;
      if (size === 0) await this.#removeOtherKind();
    });
  }

  async append(bytes: Buffer): Promise<void> {
    await this.#doing(async () => {
      for (let rest = bytes; rest.length > 0; ) {
        const inVolume = this.#size % this.#volume;
        const file = await this.#volumeAt(Math.floor(this.#size / this.#volume));
        const piece = rest.subarray(0, this.#volume - inVolume);
        const { bytesWritten } = await file.write(piece, 0, piece.length, inVolume);
        this.#size += bytesWritten;
        this.#sinceSync += bytesWritten;
        this.#unsynced.add(file);
        rest = rest.subarray(bytesWritten);
      }
      if (this.#sinceSync >= SYNC_EVERY) await this.#sync();
    });
  }

  /**
   * Gives it its own name, once it is on the disk; of volumes the first one last, as it is what is looked for.
   * @throws FileError
   */
  async finish(final: string): Promise<void> {
    await this.#doing(async () => {
      await this.#sync();
      const count = this.#files.size;
      await this.close();
      // One that is replaced, so that there is never a mixture of both.
      if (this.#isSplit) await removed(volumeName(final, 0));
      for (let number = count - 1; number >= 0; number -= 1) {
        await rename(this.#partial(number), this.#isSplit ? volumeName(final, number) : final);
      }
      // Those of a longer bundle that was there under the same name.
      for (let number = count; this.#isSplit && (await removed(volumeName(final, number))); number += 1);
      await syncFolder(dirname(final));
    });
  }

  /** Lets go; what was written stays. */
  async close(): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const file of files) await file.close();
  }

  get #isSplit(): boolean {
    return this.#volume !== Number.MAX_SAFE_INTEGER;
  }

  /** What an earlier run in one file, or in volumes, left of the same bundle is not gone on with. */
  async #removeOtherKind(): Promise<void> {
    const one = `${this.#path}.partial`;
    if (this.#isSplit) await removed(one);
    else for (let number = 0; await removed(volumeName(one, number)); number += 1);
  }

  #partial(number: number): string {
    return this.#isSplit
      ? volumeName(`${this.#path}.partial`, number)
      : `${this.#path}.partial${number === 0 ? '' : `.${number}`}`;
  }

  async #volumeAt(number: number): Promise<FileHandle> {
    const known = this.#files.get(number);
    if (known !== undefined) return known;
    const file = await open(this.#partial(number), 'w+', 0o644);
    this.#files.set(number, file);
    return file;
  }

  async #sync(): Promise<void> {
    for (const file of this.#unsynced) await file.datasync();
    this.#unsynced.clear();
    this.#sinceSync = 0;
  }

  async #doing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (errorCode(error) !== 'EFBIG') throw asFileError(error, `cannot write ${this.#path}`);
      throw new FileError(`cannot write ${this.#path}: the file system takes no file as large as that`, {
        hint: 'write it in volumes, with --split 4G',
        cause: error,
      });
    }
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Removes a file. @returns whether it was there */
async function removed(path: string): Promise<boolean> {
  try {
    await rm(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
