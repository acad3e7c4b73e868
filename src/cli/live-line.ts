import type { Output } from './command.js';
import { liveScreen } from './live/live-screen.js';

/** Milliseconds between two events of progress. */
const EVERY = 100;

/** A line on a terminal that tells how far something is, and is gone when it is done; nothing anywhere else. */
export interface LiveLine {
  show(text: () => string): void;
  /** Takes it away, before something else is printed. */
  clear(): void;
}

/** Makes one. */
export function liveLine({ live }: Output): LiveLine {
  if (live === undefined) return { show: () => undefined, clear: () => undefined };
  const screen = liveScreen(live);
  return { show: (text) => screen.show(() => [text()]), clear: screen.end };
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
