import type { LiveTerminal, Size } from './terminal.js';

/** Milliseconds between two looks at what is to be shown. */
const EVERY = 200;

/** The last lines of a terminal, which tell how far something is and are written over. Everything else is printed above them. */
export interface LiveScreen {
  /** What is to be shown from now on. Shown soon, again and again, and in lines as wide as the terminal at most. */
  show(lines: (size: Size) => readonly string[]): void;
  /** Prints something else, to this terminal or another stream on it: whole lines. */
  above(print: () => void): void;
  /** Takes the lines away. They come again with the next `show`. */
  end(): void;
}

/**
 * Makes one. The cursor rests below the lines, in the first column, so that whatever ends the process leaves a terminal that can be used.
 */
export function liveScreen(terminal: LiveTerminal): LiveScreen {
  let lines: ((size: Size) => readonly string[]) | undefined;
  let drawn: readonly string[] = [];
  let drawnAt: Size | undefined;
  let ends: readonly (() => void)[] = [];

  function draw(): void {
    const size = terminal.size();
    const wanted = (lines?.(size) ?? []).map((line) => line.slice(0, size.columns - 1));
    if (isDrawn(wanted, size)) return;
    const text = wanted.map((line) => `${line}\u001b[K\n`).join('');
    terminal.write(`${upTo(drawn, size)}${text}\u001b[J`);
    drawn = wanted;
    drawnAt = size;
  }

  function isDrawn(wanted: readonly string[], { columns, rows }: Size): boolean {
    if (drawnAt?.columns !== columns || drawnAt.rows !== rows) return wanted.length + drawn.length === 0;
    return wanted.length === drawn.length && wanted.every((line, index) => line === drawn[index]);
  }

  function takeAway(): void {
    if (drawn.length > 0) terminal.write(`${upTo(drawn, terminal.size())}\u001b[J`);
    forget();
  }

  function forget(): void {
    drawn = [];
    drawnAt = undefined;
  }

  return {
    show(wanted) {
      if (lines === undefined) ends = [terminal.every(EVERY, draw), terminal.onResume(forget)];
      lines = wanted;
    },
    above(print) {
      const wereThere = drawn.length > 0;
      takeAway();
      print();
      if (wereThere) draw();
    },
    end() {
      for (const end of ends) end();
      ends = [];
      lines = undefined;
      takeAway();
    },
  };
}

/** Moves to the first of these lines. Those that are wider than the terminal is by now were broken by it. */
function upTo(lines: readonly string[], { columns }: Size): string {
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
  return rows === 0 ? '\r' : `\r\u001b[${rows}A`;
}
