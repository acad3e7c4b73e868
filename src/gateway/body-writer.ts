import { ClientGoneError, type Exchange } from './exchange.js';

/**
 * Writes a body to a client at the client's pace: one write under way, so that a slow reader holds two buffers and no more.
 */
export class BodyWriter {
  #flushed: Promise<void> = Promise.resolve();
  #reject: (reason: unknown) => void = () => undefined;

  constructor(private readonly exchange: Exchange) {
    const { gone } = exchange;
    gone.addEventListener('abort', () => this.#reject(gone.reason), { once: true });
  }

  /**
   * Waits for the previous write to leave this process, then starts this one.
   * @throws ClientGoneError
   */
  async write(...chunks: readonly Buffer[]): Promise<void> {
    await this.#flushed;
    this.#flushed = this.#start(chunks);
    this.#flushed.catch(() => undefined);
  }

  /** Waits until everything written has left this process, so that buffers may be used again. */
  async flush(): Promise<void> {
    await this.#flushed;
  }

  #start(chunks: readonly Buffer[]): Promise<void> {
    const { response, gone } = this.exchange;
    if (gone.aborted) return Promise.reject(gone.reason);
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      const last = chunks.length - 1;
      if (last > 0) response.cork();
      for (const [index, chunk] of chunks.entries()) {
        response.write(chunk, (error) => {
          if (error) return reject(new ClientGoneError());
          this.exchange.sent += chunk.length;
          if (index === last) resolve();
        });
      }
      if (last > 0) response.uncork();
    });
  }
}
