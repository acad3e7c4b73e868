import type { LiveTerminal } from '#src/cli/live/terminal.js';

/** A control sequence, or a character. */
const PIECES = /\p{Cc}\[(\d*)[A-Z]|[\s\S]/gu;

/** A terminal of endless height that does what the few control sequences say which live lines use, and breaks lines that are too wide. */
export class TerminalModel implements LiveTerminal {
  readonly isUnicode = false;
  columns = 80;
  rows = 24;
  /** Everything that was written. */
  written = '';
  #lines: string[] = [''];
  #row = 0;
  #column = 0;
  readonly #timers = new Set<() => void>();
  readonly #resumes = new Set<() => void>();

  size(): { columns: number; rows: number } {
    return { columns: this.columns, rows: this.rows };
  }

  write(text: string): void {
    this.written += text;
    for (const [piece, count = ''] of text.matchAll(PIECES)) {
      if (piece === '\r') this.#column = 0;
      else if (piece === '\n') this.#down();
      else if (piece.endsWith('A') && piece.length > 1) this.#row = Math.max(0, this.#row - Number(count));
      else if (piece === '\x1b[K') this.#cut();
      else if (piece === '\x1b[J') {
        this.#cut();
        this.#lines.length = this.#row + 1;
      } else if (piece.length === 1 && piece >= ' ') this.#put(piece);
      else throw new Error(`not understood: ${JSON.stringify(piece)}`);
    }
  }

  every(_milliseconds: number, call: () => void): () => void {
    this.#timers.add(call);
    return () => void this.#timers.delete(call);
  }

  onResume(call: () => void): () => void {
    this.#resumes.add(call);
    return () => void this.#resumes.delete(call);
  }

  /** Time passes. */
  tick(): void {
    for (const call of this.#timers) call();
  }

  /** The process goes on after it was stopped. */
  resume(): void {
    for (const call of this.#resumes) call();
  }

  /** Its lines, without the empty one that the cursor is in. */
  lines(): string[] {
    return this.#lines.at(-1) === '' ? this.#lines.slice(0, -1) : [...this.#lines];
  }

  /** Where the cursor is. */
  cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row, column: this.#column };
  }

  /** Whether anything still waits for time to pass, or for the process to go on. */
  isLeftAlone(): boolean {
    return this.#timers.size + this.#resumes.size === 0;
  }

  /** Becomes narrower or wider, and breaks its lines anew, as most terminals do. */
  resize(columns: number): void {
    this.columns = columns;
    this.#lines = this.#lines.flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? ['']);
    this.#row = this.#lines.length - 1;
  }

  #put(character: string): void {
    if (this.#column >= this.columns) {
      this.#down();
      this.#column = 0;
    }
    const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column += 1;
  }

  /** A terminal's driver makes a return and a line feed of each line feed. */
  #down(): void {
    this.#row += 1;
    this.#column = 0;
    if (this.#row === this.#lines.length) this.#lines.push('');
  }

  #cut(): void {
    this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#column);
  }
}
