import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Input, LineReader } from './command.js';

/** Reads a stream line by line. It is not touched before it is opened. */
export function inputFrom(stream: Readable & { readonly isTTY?: boolean }): Input {
  return {
    get isTerminal() {
      return stream.isTTY === true;
    },
    open: () => readLines(stream),
  };
}

function readLines(stream: Readable): LineReader {
  // A terminal edits its lines by itself; so Ctrl-C stays a signal.
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY, terminal: false });
  const iterator = lines[Symbol.asyncIterator]();
  // One that was asked for and not waited for to the end is the next one.
  let pending: Promise<string | undefined> | undefined;
  return {
    async next(signal) {
      if (signal.aborted) return undefined;
      pending ??= iterator.next().then(({ done, value }) => (done === true ? undefined : value));
      let give = (): void => undefined;
      const aborted = new Promise<undefined>((resolve) => {
        give = () => resolve(undefined);
      });
      signal.addEventListener('abort', give, { once: true });
      try {
        const line = await Promise.race([pending, aborted]);
        if (!signal.aborted) pending = undefined;
        return line;
      } finally {
        signal.removeEventListener('abort', give);
      }
    },
    close() {
      lines.close();
      stream.destroy();
    },
  };
}
