/** Milliseconds after which a lone Esc is a key, and no longer the beginning of a sequence. */
const ESCAPE_TIMEOUT = 25;
/** Milliseconds after which the rest of a sequence does not come any more. */
const SEQUENCE_TIMEOUT = 500;

const ESC = '\x1b';
const BEL = '\x07';

/** What was read of a sequence so far. */
type Stage = 'nothing' | 'escape' | 'csi' | 'oneMore' | 'string' | 'stringEscape';

/**
 * Cuts what comes from a terminal into characters and control sequences (ECMA-48, 5.4 and 5.6), whole even when they arrive in
 * pieces or are of a kind that nobody knows here, so that no part of one is ever taken for typed letters.
 */
export class SequenceCutter {
  #stage: Stage = 'nothing';
  #pending = '';

  /** The characters and sequences that are complete now. */
  feed(text: string): string[] {
    const found: string[] = [];
    for (const character of text) {
      const before = this.#pending;
      this.#pending += character;
      this.#stage = nextStage(this.#stage, before, character);
      if (this.#stage === 'escape' && character === ESC && before.length !== 1) {
        // It begins another one; two of them before it were a key.
        if (before === `${ESC}${ESC}`) found.push(before);
        this.#pending = ESC;
      } else if (this.#stage === 'nothing') {
        found.push(this.#pending);
        this.#pending = '';
      }
    }
    return found;
  }

  /** Milliseconds to wait for more before `flush`; undefined when nothing is half done. */
  get timeout(): number | undefined {
    if (this.#stage === 'nothing') return undefined;
    return this.#stage === 'escape' ? ESCAPE_TIMEOUT : SEQUENCE_TIMEOUT;
  }

  /** What stays when nothing more comes: Esc is a key of its own, half a sequence is nothing. */
  flush(): string[] {
    const found = this.#stage === 'escape' ? [this.#pending] : [];
    this.#stage = 'nothing';
    this.#pending = '';
    return found;
  }
}

function nextStage(stage: Stage, before: string, character: string): Stage {
  switch (stage) {
    case 'nothing':
      return character === ESC ? 'escape' : 'nothing';
    case 'escape':
      return afterEscape(character);
    case 'csi':
      if (character === ESC) return 'escape';
      // The Linux console sends function keys as `ESC [ [ A`.
      if (character === '[' && before.endsWith(`${ESC}[`)) return 'oneMore';
      return character >= ' ' && character <= '?' ? 'csi' : 'nothing';
    case 'oneMore':
      return character === ESC ? 'escape' : 'nothing';
    case 'string':
      if (character === ESC) return 'stringEscape';
      return character === BEL ? 'nothing' : 'string';
    case 'stringEscape':
      return character === '\\' ? 'nothing' : 'string';
  }
}

function afterEscape(character: string): Stage {
  if (character === ESC) return 'escape';
  if (character === '[') return 'csi';
  if (character === 'O') return 'oneMore';
  // Device control, operating system and application strings.
  return ']P_^X'.includes(character) ? 'string' : 'nothing';
}
