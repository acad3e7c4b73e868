import type { Output } from './command.js';

/** Milliseconds between two states of the line. */
const EVERY = 100;

/** A line on a terminal that tells how far something is, and is gone when it is done; nothing anywhere else. */
export interface LiveLine {
  show(text: () => string): void;
  /** Takes it away, before something else is printed. */
  clear(): void;
}

/** Makes one. */
export function liveLine(output: Output): LiveLine {
  let isShown = false;
  let last = 0;
  return {
    show(text) {
      if (!output.isTerminal || performance.now() - last < EVERY) return;
      last = performance.now();
      isShown = true;
      output.write(`\r\u001b[K${text()}`);
    },
    clear() {
      if (isShown) output.write('\r\u001b[K');
      isShown = false;
    },
  };
}
