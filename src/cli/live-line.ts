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

/** Prints events as JSON, one a line; those of progress only now and then, as there are hundreds a second. */
export function jsonPrinter(output: Output): (event: { readonly event: string }) => void {
  let last = 0;
  return (event) => {
    if (event.event === 'progress') {
      if (performance.now() - last < EVERY) return;
      last = performance.now();
    }
    output.write(`${JSON.stringify(event)}\n`);
  };
}
