import { write, writeSync } from 'node:fs';
import { errorCode } from '../errors.js';

/** How lines are gathered before they are written. */
export interface LogSinkOptions {
  /** Milliseconds that a line may wait; 0 writes each line at once. */
  readonly flushEvery: number;
  /** Bytes that are enough to write without waiting. */
  readonly batch: number;
  /** Bytes kept while the file descriptor takes nothing; past it the oldest lines are dropped, and counted. */
  readonly maxPending: number;
}

/** Milliseconds between attempts when the descriptor refuses: a full pipe, a full disk. */
const RETRY_MS = 250;
/** Milliseconds that the last flush of a process may wait for a full pipe. */
const LAST_FLUSH_MS = 1_000;

/**
 * Writes lines to a file descriptor in the background. Nothing in here waits for ever: a reader that has gone ends it, a disk that is
 * full makes it try again, and what cannot be kept is dropped line by line.
 */
export class LogSink {
  readonly #fd: number;
  readonly #options: LogSinkOptions;
  #lines: string[] = [];
  #bytes = 0;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #inFlight = false;
  #gone = false;

  constructor(fd: number, options: LogSinkOptions) {
    this.#fd = fd;
    this.#options = options;
  }

  /** Lines that were dropped so far. */
  get lost(): number {
    return this.#lost;
  }

  /** Takes a line with its end. */
  write(line: string): void {
    if (this.#gone) return;
    this.#lines.push(line);
    this.#bytes += line.length;
    while (this.#bytes > this.#options.maxPending && this.#lines.length > 1) {
      this.#bytes -= this.#lines.shift()?.length ?? 0;
      this.#lost += 1;
    }
    if (this.#options.flushEvery === 0) this.flush();
    else if (this.#bytes >= this.#options.batch) this.#start();
    else this.#later(this.#options.flushEvery);
  }

  /** Writes what waits, now. What is under way in the background is left to the system. */
  flush(): void {
    const end = performance.now() + LAST_FLUSH_MS;
    let rest = this.#take();
    while (rest.length > 0 && !this.#gone) {
      try {
        rest = rest.subarray(writeSync(this.#fd, rest));
      } catch (error) {
        if (!this.#mayRetry(error) || performance.now() > end) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      }
    }
  }

  #later(milliseconds: number): void {
    if (this.#timer !== undefined || this.#inFlight) return;
    this.#timer = setTimeout(() => this.#start(), milliseconds);
    this.#timer.unref();
  }

  #start(): void {
    if (this.#inFlight) return;
    const bytes = this.#take();
    if (bytes.length === 0) return;
    this.#inFlight = true;
    this.#write(bytes);
  }

  #write(bytes: Buffer): void {
    write(this.#fd, bytes, (error, written) => {
      if (error !== null) {
        if (errorCode(error) === 'ENOSPC' || this.#mayRetry(error)) {
          setTimeout(() => this.#write(bytes), RETRY_MS).unref();
          return;
        }
      } else if (written < bytes.length) {
        this.#write(bytes.subarray(written));
        return;
      }
      this.#inFlight = false;
      if (this.#lines.length > 0) this.#later(this.#options.flushEvery);
    });
  }

  #take(): Buffer {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#lines.join('');
    this.#lines = [];
    this.#bytes = 0;
    return Buffer.from(text);
  }

  /** A full pipe takes more later. When the reader has gone, or the descriptor is closed, nothing is left to do. */
  #mayRetry(error: unknown): boolean {
    const code = errorCode(error);
    if (code === 'EAGAIN' || code === 'EINTR') return true;
    if (code === 'EPIPE' || code === 'EBADF') {
      this.#gone = true;
      this.#lines = [];
    }
    return false;
  }
}
