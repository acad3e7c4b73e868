import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { isMissing } from '../errors.js';

/** Bounds of a log on disk and in memory. */
export interface RotatingLogOptions {
  /** A file that would grow beyond this many bytes is set aside. */
  readonly maxBytes: number;
  /** How many set-aside files are kept: `path.1` (newest) to `path.N`. */
  readonly keep: number;
  /** Bytes of lines that wait in memory while the disk does not take them; past it the oldest are dropped, and counted. */
  readonly maxPending: number;
  /** Milliseconds between attempts while the disk does not take them. */
  readonly retryAfter: number;
  /** Makes the line that says how many were lost, in the log's own format. */
  readonly lostLine: (count: number, reason: string) => string;
}

/**
 * A log file of bounded size. `write` never waits: a writer behind a pipe must not stop because a disk is full. Lines stay whole: they
 * are never split over two files, and dropped only as a whole.
 */
export class RotatingLog {
  readonly #path: string;
  readonly #options: RotatingLogOptions;
  #file: FileHandle | undefined;
  #size = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #lost = 0;
  #reason = '';
  #draining: Promise<void> | undefined;
  #closing = false;
  #wake: (() => void) | undefined;

  constructor(path: string, options: RotatingLogOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** Takes one line, with or without its end. */
  write(line: Buffer | string): void {
    const bytes = typeof line === 'string' ? Buffer.from(line) : line;
    this.#pending.push(bytes.at(-1) === 0x0a ? bytes : Buffer.concat([bytes, Buffer.from('\n')]));
    this.#pendingBytes += this.#pending.at(-1)?.length ?? 0;
    while (this.#pendingBytes > this.#options.maxPending && this.#pending.length > 1) {
      this.#pendingBytes -= this.#pending.shift()?.length ?? 0;
      this.#lost += 1;
    }
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
  }

  /** Writes what waits, trying once more where the disk refused, and closes the file. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake?.();
    await this.#draining;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0 || this.#lost > 0) {
      try {
        await this.#writePending();
      } catch (error) {
        this.#reason = error instanceof Error ? error.message : String(error);
        await this.#reopenLater();
        if (this.#closing) return;
        await this.#pause();
      }
    }
  }

  async #writePending(): Promise<void> {
    const file = await this.#ready(this.#lost > 0 ? 0 : (this.#pending[0]?.length ?? 0));
    if (this.#lost > 0) {
      const count = this.#lost;
      await this.#append(file, Buffer.from(`${this.#options.lostLine(count, this.#reason)}\n`));
      this.#lost -= count;
      return;
    }
    const batch = this.#pending;
    this.#pending = [];
    let [taken, bytes] = [0, 0];
    for (const line of batch) {
      if (taken > 0 && this.#size + bytes + line.length > this.#options.maxBytes) break;
      taken += 1;
      bytes += line.length;
    }
    this.#pending = [...batch.slice(taken), ...this.#pending];
    this.#pendingBytes -= bytes;
    const lines = batch.slice(0, taken);
    try {
      await this.#append(file, Buffer.concat(lines, bytes));
    } catch (error) {
      this.#pending = [...lines, ...this.#pending];
      this.#pendingBytes += bytes;
      throw error;
    }
  }

  /** All or nothing: what a full disk took of it is cut off again, so that no line appears twice or in half. */
  async #append(file: FileHandle, bytes: Buffer): Promise<void> {
    let written = 0;
    try {
      while (written < bytes.length) {
        written += (await file.write(bytes, written, bytes.length - written, this.#size + written))
          .bytesWritten;
      }
      this.#size += bytes.length;
    } catch (error) {
      await file.truncate(this.#size).catch(() => undefined);
      throw error;
    }
  }

  /** The file to write so many bytes to: a new one when they would make this one too large. */
  async #ready(length: number): Promise<FileHandle> {
    this.#file ??= await this.#open();
    if (this.#size > 0 && this.#size + length > this.#options.maxBytes) {
      await this.#file.close();
      this.#file = undefined;
      await this.#shift();
    }
    this.#file ??= await this.#open();
    return this.#file;
  }

  async #open(): Promise<FileHandle> {
    // Not in append mode: positions are given, so that a half-written batch can be written over.
    const file = await open(this.#path, 'a').then((created) =>
      created.close().then(() => open(this.#path, 'r+')),
    );
    this.#size = (await file.stat()).size;
    return file;
  }

  async #shift(): Promise<void> {
    const { keep } = this.#options;
    await rm(`${this.#path}.${keep}`, { force: true });
    for (let n = keep - 1; n >= 0; n -= 1) {
      const from = n === 0 ? this.#path : `${this.#path}.${n}`;
      try {
        await rename(from, `${this.#path}.${n + 1}`);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
  }

  async #reopenLater(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.retryAfter);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
