/** Size of a read from the store, bytes. */
export const READ_SIZE = 256 * 1024;

/** Free buffers kept for the next reader; with more readers than that, buffers come and go. */
const KEPT = 32;

/** Read buffers that are used again: allocating one for each read costs more than the read. */
export class BufferPool {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(READ_SIZE);
  }

  /** Gives a buffer back. Nothing may hold on to it any more, the socket included. */
  give(buffer: Buffer): void {
    if (this.#free.length < KEPT) this.#free.push(buffer);
  }
}
