import { ClientGoneError, type Exchange } from './exchange.js';

/**
 * Writes a body to a client at the client's pace: one write under way, so that a slow reader holds two buffers and no more.
 */
export class BodyWriter {
  #flushed: Promise<void> = Promise.resolve();

  constructor(private readonly exchange: Exchange) {}

  /**
   * Waits for the previous write to leave this process, then starts this one.
   * @throws ClientGoneError
   */
  async write(bytes: Buffer): Promise<void> {
    await this.#flushed;
    this.#flushed = this.#start(bytes);
    this.#flushed.catch(() => undefined);
  }

  /** Waits until everything written has left this process, so that buffers may be used again. */
  async flush(): Promise<void> {
    await this.#flushed;
  }

  #start(bytes: Buffer): Promise<void> {
    const { response, gone } = this.exchange;
    if (gone.aborted) return Promise.reject(gone.reason);
    return new Promise((resolve, reject) => {
      const left = () => reject(gone.reason);
      gone.addEventListener('abort', left, { once: true });
      response.write(bytes, (error) => {
        gone.removeEventListener('abort', left);
        if (error) return reject(new ClientGoneError());
        this.exchange.sent += bytes.length;
        resolve();
      });
    });
  }
}
