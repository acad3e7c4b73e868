import fs from 'node:fs';
import { errorCode, isMissing } from '../../errors.js';
import { parentOf } from '../layout.js';
import type { Limit } from './limit.js';
import { OpenFile } from './open-file.js';

/** How many folders are remembered as being safely on the disk. */
const SETTLED_LIMIT = 20_000;

/**
 * Sees to it that a new entry survives a loss of power: its folder is fsynced, and each folder above as long as that one's
 * own entry may not be on the disk yet. Which are is remembered, so that usually one or two fsyncs are enough.
 */
export class FolderSyncs {
  readonly #root: string;
  readonly #limit: Limit;
  /** Folders whose entry in the folder above is on the disk. */
  readonly #settled = new Set<string>();

  /** @param limit shared by all that fsyncs */
  constructor(root: string, limit: Limit) {
    this.#root = root;
    this.#limit = limit;
  }

  /** Whether the folder's own entry is known to be on the disk. */
  has(folder: string): boolean {
    return this.#settled.has(folder);
  }

  /**
   * After a new entry in `folder`.
   * @param made the topmost folder that was made for it, if any: what was remembered of it and of those below is void
   */
  async settle(folder: string, made?: string): Promise<void> {
    const folders = [folder];
    for (let at = folder; at !== ''; at = parentOf(at)) {
      const isNew = made !== undefined && isWithin(at, made);
      if (!isNew && this.#settled.has(at)) break;
      folders.push(parentOf(at));
    }
    await Promise.all(folders.map((path) => this.sync(path)));
    if (this.#settled.size > SETTLED_LIMIT) this.#settled.clear();
    for (const path of folders.slice(0, -1)) this.#settled.add(path);
  }

  /** fsync of one folder; nothing when it is gone. */
  async sync(folder: string): Promise<void> {
    const { O_RDONLY, O_DIRECTORY } = fs.constants;
    let file: OpenFile;
    try {
      file = await OpenFile.open(`${this.#root}/${folder}`, O_RDONLY | O_DIRECTORY);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    try {
      await this.#limit.run(() => file.sync());
    } catch (error) {
      // Some network file systems cannot fsync a folder; their server does what is to be done.
      if (errorCode(error) !== 'EINVAL' && errorCode(error) !== 'ENOTSUP') throw error;
    } finally {
      await file.close();
    }
  }
}

function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
