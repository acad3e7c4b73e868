import { decodeKey } from './decode-key.js';
import type { Key } from './key.js';

/** Milliseconds within which a second Esc belongs to the first one. */
const ESCAPE_PAIR = 400;
/** Characters of a pasted text that are kept. */
const PASTE_LIMIT = 65_536;

const ESC = '\x1b';
const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';

/**
 * Makes keys of the sequences that come from the terminal one by one. A bracketed paste becomes one key. `Esc Esc`, as people
 * are used to press it here, is one Esc: the first one counts at once, the second one not any more.
 */
export class KeyReader {
  readonly #now: () => number;
  #pasted: string | undefined;
  #lastEscape = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  read(sequence: string): Key | undefined {
    if (sequence === PASTE_BEGINS) this.#pasted = '';
    else if (sequence === PASTE_ENDS) return this.#endPaste();
    else if (this.#pasted === undefined) return this.#single(sequence);
    else if (this.#pasted.length < PASTE_LIMIT) this.#pasted += sequence;
    return undefined;
  }

  #endPaste(): Key | undefined {
    const text = this.#pasted;
    this.#pasted = undefined;
    return text === undefined || text === '' ? undefined : { name: 'paste', text };
  }

  #single(sequence: string): Key | undefined {
    const key = decodeKey(sequence);
    const now = this.#now();
    const isSecond = sequence === ESC && now - this.#lastEscape < ESCAPE_PAIR;
    // Both at once are a whole pair already.
    this.#lastEscape = sequence === ESC && !isSecond ? now : Number.NEGATIVE_INFINITY;
    return isSecond ? undefined : key;
  }
}
