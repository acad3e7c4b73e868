import type { Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Input, LineReader } from './command.js';

/** Reads a stream line by line. It is not touched before the first line is asked for. */
export function inputFrom(stream: Readable & { readonly isTTY?: boolean }): Input {
  return {
    get isTerminal() {
      return stream.isTTY === true;
    },
    open: () => new StreamLines(stream),
  };
}

class StreamLines implements LineReader {
  readonly #stream: Readable;
  #lines: Interface | undefined;
  #iterator: AsyncIterator<string> | undefined;
  /** A line that was asked for and not waited for to the end is the next one. */
  #pending: Promise<string | undefined> | undefined;

  constructor(stream: Readable) {
    this.#stream = stream;
  }

  async next(signal: AbortSignal): Promise<string | undefined> {
    this.#iterator ??= await this.#begin();
    if (signal.aborted) return undefined;
    this.#pending ??= this.#iterator
      .next()
      .then(({ done, value }) => (done === true ? undefined : (value as string)));
    let give = (): void => undefined;
    const aborted = new Promise<undefined>((resolve) => {
      give = () => resolve(undefined);
    });
    signal.addEventListener('abort', give, { once: true });
    try {
      const line = await Promise.race([this.#pending, aborted]);
      if (!signal.aborted) this.#pending = undefined;
      return line;
    } finally {
      signal.removeEventListener('abort', give);
    }
  }

  close(): void {
    this.#lines?.close();
    this.#stream.destroy();
  }

  /** A terminal edits its lines by itself; so Ctrl-C stays a signal. */
  async #begin(): Promise<AsyncIterator<string>> {
    // Loaded when it is first needed: most commands ask nothing.
    const { createInterface } = await import('node:readline');
    this.#lines = createInterface({
      input: this.#stream,
      crlfDelay: Number.POSITIVE_INFINITY,
      terminal: false,
    });
    return this.#lines[Symbol.asyncIterator]();
  }
}
