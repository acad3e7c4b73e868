import { MirrorError } from '../errors.js';

/** A text is no TOML, as far as its statements go. */
export class TomlError extends MirrorError {
  readonly code = 'TOML_INVALID';
}

/** A table header, or a key with its value, and where it stands. */
export interface TomlStatement {
  readonly kind: 'table' | 'array' | 'key';
  /** In full: of a key with the table that it stands in. */
  readonly path: readonly string[];
  /** Offset of its first character. */
  readonly start: number;
  /** Offset behind its line end. */
  readonly end: number;
  /** Of a key: its value as it is written; of a header the empty text. */
  readonly value: string;
  /** Offset of the value. */
  readonly valueStart: number;
}

/**
 * The statements of a TOML 1.0 text, in their order. Values are told from each other and not read: enough to change one line of
 * somebody's file and leave every other byte alone.
 * @throws TomlError with the line
 */
export function tomlStatements(text: string): TomlStatement[] {
  const scanner = new Scanner(text);
  const statements: TomlStatement[] = [];
  let table: readonly string[] = [];
  for (;;) {
    scanner.skipBlank();
    if (scanner.isAtEnd) return statements;
    const start = scanner.at;
    const opened = scanner.take('[[') ? 'array' : scanner.take('[') ? 'table' : undefined;
    const path = scanner.readPath();
    if (opened === undefined) {
      scanner.expect('=');
      scanner.skipSpace();
      const valueStart = scanner.at;
      const value = text.slice(valueStart, scanner.skipValue());
      scanner.endLine();
      statements.push({ kind: 'key', path: [...table, ...path], start, end: scanner.at, value, valueStart });
      continue;
    }
    scanner.expect(opened === 'array' ? ']]' : ']');
    table = path;
    scanner.endLine();
    statements.push({ kind: opened, path, start, end: scanner.at, value: '', valueStart: scanner.at });
  }
}

const BARE_KEY = /[A-Za-z0-9_-]+/y;
const BLANK = /(?:[ \t\r\n]|#[^\n]*)*/y;
const SPACE = /[ \t]*/y;
const LINE_END = /[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y;
const STRING = /"""(?:\\[\s\S]|[^\\])*?"""{1,3}|'''[\s\S]*?'''{1,3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y;
/** What a value is made of besides strings and brackets. */
const PLAIN = /[^"'[\]{}#\n]+/y;

class Scanner {
  at = 0;

  constructor(readonly text: string) {
    if (text.startsWith('\ufeff')) this.at = 1;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  take(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  expect(word: string): void {
    this.skipSpace();
    if (!this.take(word)) this.fail(`expected ${word}`);
  }

  skipBlank(): void {
    this.#match(BLANK);
  }

  skipSpace(): void {
    this.#match(SPACE);
  }

  endLine(): void {
    if (this.#match(LINE_END) === undefined) this.fail('expected the end of the line');
  }

  /** A key with its dots. */
  readPath(): string[] {
    const path: string[] = [];
    do {
      this.skipSpace();
      path.push(this.#match(BARE_KEY) ?? unquote(this.#match(STRING)) ?? this.fail('expected a key'));
      this.skipSpace();
    } while (this.take('.'));
    return path;
  }

  /** Goes over a value and gives the offset behind it. */
  skipValue(): number {
    const start = this.at;
    let end = start;
    let depth = 0;
    for (;;) {
      if (depth > 0) this.skipBlank();
      if (this.isAtEnd) break;
      const next = this.text[this.at] ?? '';
      if (depth === 0 && (next === '\n' || next === '#')) break;
      if (this.#match(STRING) === undefined) {
        if (next === '[' || next === '{') depth += 1;
        else if (next === ']' || next === '}') depth -= 1;
        else if (this.#match(PLAIN) === undefined) this.fail('a value that cannot be read');
        if ('[]{}'.includes(next)) this.at += 1;
      }
      end = this.at;
    }
    if (depth !== 0) this.fail('a bracket that has no partner');
    const value = this.text.slice(start, end).trimEnd();
    if (value === '') this.fail('a value is missing');
    return start + value.length;
  }

  fail(what: string): never {
    const line = this.text.slice(0, this.at).split('\n').length;
    throw new TomlError(`line ${line}: ${what}`);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return undefined;
    this.at += found.length;
    return found;
  }
}

/** A key in quotes as a text; escapes beyond those of JSON, which no key of ours has, stay as they are. */
function unquote(quoted: string | undefined): string | undefined {
  if (quoted === undefined) return undefined;
  if (quoted.startsWith("'")) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}
