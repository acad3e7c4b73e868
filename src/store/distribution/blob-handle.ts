import { asStoreError } from '../errors.js';
import type { OpenThings } from '../open-things.js';
import type { BlobHandle } from '../port.js';
import { atEdge } from './edge.js';
import type { OpenFile } from './open-file.js';

/** A visible blob, open. */
export class FileBlobHandle implements BlobHandle {
  readonly #file: OpenFile;
  readonly #open: OpenThings;

  private constructor(
    file: OpenFile,
    open: OpenThings,
    readonly size: number,
    readonly identity: string,
  ) {
    this.#file = file;
    this.#open = open;
    open.add(this);
  }

  /** Undefined, and the file closed, when it is a folder or anything else that is not a file. */
  static async of(file: OpenFile, open: OpenThings): Promise<FileBlobHandle | undefined> {
    try {
      const found = await file.stat();
      if (found.isFile()) {
        const { dev, ino, size, mtimeNs, ctimeNs } = found;
        return new FileBlobHandle(file, open, Number(size), [dev, ino, size, mtimeNs, ctimeNs].join('-'));
      }
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.close();
    return undefined;
  }

  async read(buffer: Buffer, position: number): Promise<number> {
    try {
      return await this.#file.read(buffer, position);
    } catch (error) {
      throw asStoreError(error, 'reading a blob');
    }
  }

  readCached(buffer: Buffer, position: number): number {
    try {
      return this.#file.readNow(buffer, position);
    } catch (error) {
      throw asStoreError(error, 'reading a blob');
    }
  }

  close(): Promise<void> {
    this.#open.delete(this);
    return atEdge('closing a blob', () => this.#file.close());
  }
}
