import fs from 'node:fs';
import { StoreError } from '../errors.js';

/**
 * An open file descriptor that cannot be closed under a call in flight: the number would be given to another file
 * meanwhile, and the call would read or write that one. Calls go straight to `fs` with the caller's buffer.
 */
export class OpenFile {
  readonly #descriptor: number;
  #inFlight = 0;
  #closed: Promise<void> | undefined;
  #idle: (() => void) | undefined;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Opens a file by its absolute path, with the flags of `open(2)`. */
  static open(path: string, flags: number): Promise<OpenFile> {
    return new Promise((resolve, reject) => {
      fs.open(path, flags, 0o666, (error, descriptor) => {
        if (error === null) resolve(new OpenFile(descriptor));
        else reject(error);
      });
    });
  }

  /** Reads at most `length` bytes from `position`; resolves with their number, 0 at the end of the file. */
  read(buffer: Buffer, position: number, length = buffer.length): Promise<number> {
    if (length <= 0) return Promise.resolve(0);
    return this.#call((descriptor, done) => fs.read(descriptor, buffer, 0, length, position, done));
  }

  /** As `read`, without leaving this thread. */
  readNow(buffer: Buffer, position: number, length = buffer.length): number {
    if (this.#closed !== undefined) throw new StoreError('STORE_FAILED', 'the file was closed already');
    return length <= 0 ? 0 : fs.readSync(this.#descriptor, buffer, 0, length, position);
  }

  /** Writes from `start` of the buffer at `position`; resolves with the number of bytes written, which may be fewer. */
  write(buffer: Uint8Array, position: number, start = 0): Promise<number> {
    return this.#call((descriptor, done) =>
      fs.write(descriptor, buffer, start, buffer.length - start, position, done),
    );
  }

  /** As `write`, several buffers in one call. */
  writeAll(buffers: readonly Buffer[], position: number): Promise<number> {
    return this.#call((descriptor, done) => fs.writev(descriptor, buffers, position, done));
  }

  stat(): Promise<fs.BigIntStats> {
    return this.#call((descriptor, done) => fs.fstat(descriptor, { bigint: true }, done));
  }

  truncate(size: number): Promise<void> {
    return this.#call((descriptor, done) =>
      fs.ftruncate(descriptor, size, (error) => done(error, undefined)),
    );
  }

  /** Waits until the content and what is needed to find it are on the disk (`fdatasync(2)`). */
  dataSync(): Promise<void> {
    return this.#call((descriptor, done) => fs.fdatasync(descriptor, (error) => done(error, undefined)));
  }

  sync(): Promise<void> {
    return this.#call((descriptor, done) => fs.fsync(descriptor, (error) => done(error, undefined)));
  }

  /** Closes once no call is in flight. May be called again. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    await new Promise<void>((resolve, reject) => {
      fs.close(this.#descriptor, (error) => (error ? reject(error) : resolve()));
    });
  }

  #call<T>(start: (descriptor: number, done: (error: Error | null, value: T) => void) => void): Promise<T> {
    if (this.#closed !== undefined) {
      return Promise.reject(new StoreError('STORE_FAILED', 'the file was closed already'));
    }
    return new Promise<T>((resolve, reject) => {
      this.#inFlight += 1;
      start(this.#descriptor, (error, value) => {
        this.#inFlight -= 1;
        if (this.#inFlight === 0) this.#idle?.();
        if (error === null) resolve(value);
        else reject(error);
      });
    });
  }
}
