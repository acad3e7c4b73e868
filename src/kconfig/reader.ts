import { callBuiltin } from './builtins.js';
import { KconfigError } from './errors.js';
import { Lexer } from './lexer.js';
import type { KconfigWarning, Position } from './model.js';
import type { KconfigSources } from './sources.js';
import { describeToken, type Keyword, type Sign, type Token } from './tokens.js';
import { type Assignment, Variables } from './variables.js';

/** A statement that makes no sense. What is left of its line is passed over, and reading goes on with the next. */
export class StatementError extends Error {}

/**
 * The tokens of a Kconfig file and of those that it includes, one at a time, with everything that is found out on the way.
 * A problem that reading cannot go on after is thrown as KconfigError; others are collected.
 */
export class Reader {
  readonly warnings: KconfigWarning[] = [];
  readonly problems: KconfigWarning[] = [];
  /** What `$(info,…)` said. */
  readonly messages: string[] = [];
  readonly files: string[] = [];
  /** The environment variables that were asked for and are set. */
  readonly environment = new Map<string, string>();
  readonly variables: Variables;
  /** Where the statement began that is being read. */
  start: Position = { file: '', line: 1 };
  token: Token = { kind: 'line-end' };
  /** Whether nothing stands between the statement and a help text before it. */
  startsAfterHelp = false;
  #isAfterHelp = false;
  readonly #sources: KconfigSources;
  readonly #open: Lexer[] = [];
  /** Where the assignment stands that is being carried out. */
  #assignment: Position | undefined;

  constructor(sources: KconfigSources) {
    this.#sources = sources;
    this.variables = new Variables({
      callBuiltin: (name, args) =>
        callBuiltin(name, { args, position: this.here, sources, report: this.#builtinReport }),
      environment: (name) => this.lookUp(name),
      fail: (message) => this.fail(message),
    });
  }

  /** The line that is being read. */
  get here(): Position {
    return this.#lexer.position;
  }

  get file(): string {
    return this.#lexer.file;
  }

  /** Refuses the files at once. */
  fail(message: string): never {
    throw new KconfigError([...this.problems, { position: this.#blamed, message }]);
  }

  problem(position: Position, message: string): void {
    this.problems.push({ position, message });
  }

  warn(position: Position | undefined, message: string): void {
    this.warnings.push({ position, message });
  }

  /** The value of an environment variable, which is remembered as looked at. */
  lookUp(name: string): string | undefined {
    const value = this.#sources.variable(name);
    if (value !== undefined) this.environment.set(name, value);
    return value;
  }

  advance(): void {
    this.token = this.#lexer.next();
  }

  /** Passes over empty lines; the statement that comes is said to begin where they end. */
  beginStatement(): void {
    do this.advance();
    while (this.token.kind === 'line-end');
    this.start = this.here;
    this.startsAfterHelp = this.#isAfterHelp;
    if (this.token.kind !== 'end') this.#isAfterHelp = false;
  }

  isKeyword(...keywords: readonly Keyword[]): boolean {
    return this.token.kind === 'keyword' && keywords.includes(this.token.text);
  }

  isSign(...signs: readonly Sign[]): boolean {
    return this.token.kind === 'sign' && signs.includes(this.token.text);
  }

  /** Takes a keyword when it stands here. */
  takeKeyword(keyword: Keyword): boolean {
    const is = this.isKeyword(keyword);
    if (is) this.advance();
    return is;
  }

  /** A text in quotes. */
  takeQuoted(what: string): string {
    const { token } = this;
    if (token.kind !== 'quoted') return this.refuse(`${what} in quotes`);
    this.advance();
    return token.text;
  }

  takeWord(what: string): string {
    const { token } = this;
    if (token.kind !== 'word') return this.refuse(what);
    this.advance();
    return token.text;
  }

  /** The statement has to end here. The next token is not read yet. */
  endStatement(): void {
    if (this.token.kind === 'end') this.warn(this.here, 'there is no line end at the end of the file');
    else if (this.token.kind !== 'line-end') this.refuse('the end of the line');
  }

  /** The help text that begins on the next line. */
  helpText(): string {
    this.#isAfterHelp = true;
    return this.#lexer.helpText();
  }

  /** Carries out an assignment, whose sign stands here. `$(lineno)` in it is that of the next line, as in the original. */
  assign(name: string, how: Assignment): void {
    this.#assignment = this.here;
    const text = this.#lexer.restOfLine();
    this.advance();
    this.variables.assign(name, how, text);
    this.#assignment = undefined;
  }

  skipLine(): void {
    if (this.token.kind !== 'line-end' && this.token.kind !== 'end') this.#lexer.skipLine();
    this.token = { kind: 'line-end' };
  }

  refuse(expected: string): never {
    throw new StatementError(`expected ${expected}, found ${describeToken(this.token)}`);
  }

  /**
   * Reads a file in the place of an include statement.
   * @param read reads its statements, up to the token `end`
   */
  include(path: string, text: string, read: () => void): void {
    const again = this.#open.findIndex(({ file }) => file === path);
    if (again >= 0) {
      const trail = this.#open.slice(again).map(({ position: { file, line } }) => `${file}:${line - 1}`);
      this.fail(`${path} includes itself: ${trail.join(', which includes ')}`);
    }
    if (!this.files.includes(path)) this.files.push(path);
    const { token } = this;
    this.#isAfterHelp = false;
    this.#open.push(new Lexer(path, text, this.variables, this));
    read();
    this.#open.pop();
    this.token = token;
  }

  /** The line that a problem is told with. */
  get #blamed(): Position {
    return this.#assignment ?? this.here;
  }

  get #lexer(): Lexer {
    return this.#open.at(-1) as Lexer;
  }

  readonly #builtinReport = {
    warn: (message: string): void => this.warn(this.#blamed, message),
    inform: (message: string): void => void this.messages.push(message),
    fail: (message: string): never => this.fail(message),
  };
}
