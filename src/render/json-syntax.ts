/*
 * JSON as it is written: every value with its place in the text, so that a file can be changed without touching what is not meant. The
 * grammar is that of RFC 8259 and nothing more: no comments, no trailing commas.
 */
import { MirrorError } from '../errors.js';

/** A text is no JSON, or not the JSON that is needed. Nothing was changed. */
export class JsonTextError extends MirrorError {
  readonly code = 'JSON_INVALID';

  constructor(
    readonly problem: string,
    /** From 1. */
    readonly line: number,
    /** From 1, in characters. */
    readonly column: number,
    hint?: string,
  ) {
    super(`line ${line}, column ${column}: ${problem}`, hint === undefined ? {} : { hint });
  }
}

/** Where a value is: offsets into the text, the end after its last character. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** A value of the text. */
export type JsonNode =
  | (Span & { readonly kind: 'object'; readonly members: readonly JsonMember[] })
  | (Span & { readonly kind: 'array'; readonly items: readonly JsonNode[] })
  | (Span & { readonly kind: 'text'; readonly text: string })
  | (Span & { readonly kind: 'number' | 'true' | 'false' | 'null' });

/** One member of an object, from its key to the end of its value. */
export interface JsonMember extends Span {
  readonly name: string;
  /** After the quote that ends the key. */
  readonly nameEnd: number;
  readonly value: JsonNode;
}

/** Deeper than anything a person writes, and far from what the stack holds. */
const DEEPEST = 200;

const WORDS = ['true', 'false', 'null'] as const;

/**
 * Reads a text; a byte order mark before it is skipped.
 * @throws JsonTextError
 */
export function parseJsonText(text: string): JsonNode {
  const reader = new Reader(text);
  const node = reader.value(0);
  reader.end();
  return node;
}

/**
 * The error for a place in a text.
 * @param at an offset
 */
export function jsonProblem(text: string, at: number, problem: string, hint?: string): JsonTextError {
  const lines = text.slice(text.startsWith('\ufeff') ? 1 : 0, at).split(/\r\n|\r|\n/);
  return new JsonTextError(problem, lines.length, [...(lines.at(-1) ?? '')].length + 1, hint);
}

class Reader {
  readonly #text: string;
  #at: number;
  // Each of them moves on with the reader, so each reader has its own.
  readonly #numbers = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  readonly #strings = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
  readonly #spaces = /[ \t\r\n]*/y;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.startsWith('\ufeff') ? 1 : 0;
  }

  value(depth: number): JsonNode {
    this.#space();
    const start = this.#at;
    if (depth > DEEPEST) throw this.#problem(`is nested deeper than ${DEEPEST} levels`);
    const first = this.#text[start];
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return { kind: 'text', ...this.#string() };
    const word = WORDS.find((each) => this.#text.startsWith(each, start));
    const length = word?.length ?? this.#match(this.#numbers)?.length;
    if (length === undefined) throw this.#unexpected('a value');
    this.#at += length;
    return { kind: word ?? 'number', start, end: this.#at };
  }

  /** Nothing may follow. */
  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected('the end of the file');
  }

  #object(depth: number): JsonNode {
    const start = this.#at;
    const members: JsonMember[] = [];
    this.#list('}', () => {
      if (this.#text[this.#at] !== '"') throw this.#unexpected('a key in double quotes');
      const name = this.#string();
      this.#space();
      if (this.#text[this.#at] !== ':') throw this.#unexpected('":"');
      this.#at += 1;
      const value = this.value(depth + 1);
      members.push({ name: name.text, start: name.start, nameEnd: name.end, value, end: value.end });
    });
    return { kind: 'object', start, end: this.#at, members };
  }

  #array(depth: number): JsonNode {
    const start = this.#at;
    const items: JsonNode[] = [];
    this.#list(']', () => items.push(this.value(depth + 1)));
    return { kind: 'array', start, end: this.#at, items };
  }

  /** What stands between brackets, separated by commas. */
  #list(close: string, one: () => void): void {
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === close) {
      this.#at += 1;
      return;
    }
    for (;;) {
      one();
      this.#space();
      const next = this.#text[this.#at];
      if (next !== ',' && next !== close) throw this.#unexpected(`"," or "${close}"`);
      this.#at += 1;
      if (next === close) return;
      this.#space();
      if (this.#text[this.#at] === close)
        throw this.#problem(`a comma stands before "${close}", which JSON does not allow`);
    }
  }

  #string(): Span & { readonly text: string } {
    const start = this.#at;
    const written = this.#match(this.#strings);
    if (written === undefined)
      throw this.#problem('a text begins here that does not end, or is badly escaped');
    this.#at += written.length;
    return { start, end: this.#at, text: JSON.parse(written) as string };
  }

  #space(): void {
    this.#at += this.#match(this.#spaces)?.length ?? 0;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #unexpected(expected: string): JsonTextError {
    const found = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    if (this.#at >= this.#text.length) return this.#problem(`the file ends where ${expected} is needed`);
    if (found === '/' || found === '#')
      return this.#problem('a comment stands here, which JSON does not have');
    return this.#problem(`expected ${expected}; found ${JSON.stringify(found)}`);
  }

  #problem(problem: string): JsonTextError {
    return jsonProblem(this.#text, this.#at, problem);
  }
}
