import type { Position } from './model.js';
import { KEYWORDS, type Sign, type Token } from './tokens.js';
import type { Variables } from './variables.js';

/** There are few keywords, and many of each. */
const KEYWORD_TOKENS: ReadonlyMap<string, Token> = new Map(
  KEYWORDS.map((text) => [text, { kind: 'keyword', text }]),
);
const LINE_END: Token = { kind: 'line-end' };
const END: Token = { kind: 'end' };

const SIGNS: ReadonlySet<string> = new Set([
  '||',
  '&&',
  '!=',
  '<=',
  '>=',
  ':=',
  '+=',
  '=',
  '<',
  '>',
  '!',
  '(',
  ')',
]);

const WORD_CODES = codesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-');
const BLANK = 0x20;
const TAB = 0x09;
const DOLLAR = 0x24;

/** What a lexer says besides its tokens. */
export interface LexerReport {
  warn(position: Position, message: string): void;
}

/**
 * Cuts one Kconfig file into tokens. References of the macro language are replaced as they are met, so that an assignment counts
 * for what follows it, as in the original.
 */
export class Lexer {
  readonly file: string;
  readonly #text: string;
  readonly #variables: Variables;
  readonly #report: LexerReport;
  #at = 0;
  #line = 1;

  constructor(file: string, text: string, variables: Variables, report: LexerReport) {
    this.file = file;
    this.#text = text;
    this.#variables = variables;
    this.#report = report;
  }

  /** The line that is being read. */
  get position(): Position {
    return { file: this.file, line: this.#line };
  }

  /** The next token. After the last line comes `end`, again and again. */
  next(): Token {
    for (;;) {
      this.#passBlanks();
      if (this.#at >= this.#text.length) return END;
      const character = this.#text[this.#at];
      if (character === '#') this.#at = this.#lineEnd();
      else if (character === '\\' && this.#endOfLineAt(this.#at + 1) > 0)
        this.#pass(this.#endOfLineAt(this.#at + 1));
      else if (this.#endOfLineAt(this.#at) > 0) {
        this.#pass(this.#endOfLineAt(this.#at));
        return LINE_END;
      } else {
        const token = this.#token(character ?? '');
        if (token !== undefined) return token;
      }
    }
  }

  /** The rest of the line, which is what a variable is assigned; nothing in it is replaced. */
  restOfLine(): string {
    this.#passBlanks();
    const end = this.#lineEnd();
    const text = this.#text.slice(this.#at, end);
    this.#at = end;
    return text;
  }

  /** Leaves out what is left of a line that makes no sense, its end included. */
  skipLine(): void {
    this.#at = this.#lineEnd();
    const next = this.#endOfLineAt(this.#at);
    if (next > 0) this.#pass(next);
  }

  /** The help text that begins on this line: all lines that are indented at least like its first. */
  helpText(): string {
    const lines: string[] = [];
    let indentation = -1;
    while (this.#at < this.#text.length) {
      const end = this.#lineEnd();
      const { columns, text } = measure(this.#text.slice(this.#at, end));
      if (text !== '') {
        const ends = indentation < 0 ? false : columns < indentation || columns === 0;
        if (ends || (indentation < 0 && columns === 0 && lines.length > 0)) break;
        if (indentation < 0) indentation = columns;
      }
      lines.push(text === '' ? '' : ' '.repeat(columns - indentation) + text);
      this.#at = end;
      const next = this.#endOfLineAt(this.#at);
      if (next > 0) this.#pass(next);
    }
    return lines.join('\n').replace(/\n+$/, '').replace(/^\n+/, '');
  }

  #token(character: string): Token | undefined {
    if (character === '"' || character === "'") return { kind: 'quoted', text: this.#quoted(character) };
    const end = this.#wordEnd(this.#at);
    if (this.#text.charCodeAt(end) === DOLLAR) {
      const text = this.#expandedWord();
      return text === '' ? undefined : { kind: 'word', text };
    }
    if (end > this.#at) {
      const word = this.#text.slice(this.#at, end);
      this.#at = end;
      return KEYWORD_TOKENS.get(word) ?? { kind: 'word', text: word };
    }
    const two = this.#text.slice(this.#at, this.#at + 2);
    const sign = SIGNS.has(two) ? two : character;
    if (SIGNS.has(sign)) {
      this.#at += sign.length;
      return { kind: 'sign', text: sign as Sign };
    }
    this.#report.warn(this.position, `the character "${character}" has no meaning here and is left out`);
    this.#at += 1;
    return undefined;
  }

  /** A reference never goes beyond its line. */
  #expandedWord(): string {
    const end = this.#lineEnd();
    const line = this.#text.slice(this.#at, end);
    let text = '';
    let at = 0;
    while (at < line.length) {
      const character = line[at] ?? '';
      if (character === '$') {
        const reference = this.#variables.expandReference(line, at);
        text += reference.value;
        at = reference.end;
      } else if (/[A-Za-z0-9_-]/.test(character)) {
        text += character;
        at += 1;
      } else break;
    }
    this.#at += at;
    return text;
  }

  #quoted(quote: string): string {
    const line = this.#text.slice(this.#at, this.#lineEnd());
    const plain = line.slice(1, Math.max(line.indexOf(quote, 1), 0));
    // Nearly every text is just what stands there.
    if (plain !== '' && !plain.includes('$') && !plain.includes('\\')) {
      this.#at += plain.length + 2;
      return plain;
    }
    let text = '';
    let at = 1;
    while (at < line.length) {
      const character = line[at] ?? '';
      if (character === quote) {
        this.#at += at + 1;
        return text;
      }
      if (character === '$') {
        const reference = this.#variables.expandReference(line, at);
        text += reference.value;
        at = reference.end;
      } else if (character === '\\') {
        text += line[at + 1] ?? '';
        at += 2;
      } else {
        text += character;
        at += 1;
      }
    }
    this.#at += line.length;
    if (this.#at < this.#text.length)
      this.#report.warn(this.position, `the text has no closing ${quote} on its line`);
    return text;
  }

  /** Where the line ends, before its `\n` or `\r\n`. */
  #lineEnd(): number {
    const newline = this.#text.indexOf('\n', this.#at);
    if (newline < 0) return this.#text.length;
    return newline > this.#at && this.#text[newline - 1] === '\r' ? newline - 1 : newline;
  }

  /** How long the line end at an offset is; 0 when there is none. */
  #endOfLineAt(at: number): number {
    if (this.#text[at] === '\n') return at + 1;
    return this.#text[at] === '\r' && this.#text[at + 1] === '\n' ? at + 2 : 0;
  }

  #pass(to: number): void {
    this.#at = to;
    this.#line += 1;
  }

  #passBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== BLANK && code !== TAB) return;
      this.#at += 1;
    }
  }

  #wordEnd(from: number): number {
    let at = from;
    while (WORD_CODES[this.#text.charCodeAt(at)] === 1) at += 1;
    return at;
  }
}

function codesOf(characters: string): Uint8Array {
  const codes = new Uint8Array(128);
  for (const character of characters) codes[character.charCodeAt(0)] = 1;
  return codes;
}

/** A line without the blanks around it, and the column where it begins; a tab goes to the next multiple of 8. */
function measure(line: string): { readonly columns: number; readonly text: string } {
  let columns = 0;
  let at = 0;
  for (; line[at] === ' ' || line[at] === '\t'; at += 1)
    columns = line[at] === '\t' ? (columns & ~7) + 8 : columns + 1;
  return { columns, text: line.slice(at).replace(/[ \t]+$/, '') };
}
