import { MirrorError } from '../errors.js';

/** Where a setting was written: a place in the file (both counted from 1), or an environment variable. */
export type Origin =
  | { readonly line: number; readonly column: number }
  | { readonly variable: string }
  | { readonly nowhere: true };

/** One thing wrong, or worth a warning, in a configuration. The message never holds a secret. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The environment variable the value came from, when it was not the file. */
  readonly variable: string | undefined;
  /** The path of the key, such as `http.tls.minimumtls`; empty when it concerns the whole file. */
  readonly key: string;
  /** What was expected and what was found. */
  readonly message: string;
}

/** The problem as one line: `FILE:LINE:COLUMN: KEY: MESSAGE`, or `VARIABLE: KEY: MESSAGE`. */
export function formatProblem(problem: ConfigProblem): string {
  const where =
    problem.variable ??
    (problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column}`);
  return problem.key === '' ? `${where}: ${problem.message}` : `${where}: ${problem.key}: ${problem.message}`;
}

/** A configuration that cannot be used. Its message has one line for each problem. */
export class ConfigError extends MirrorError {
  readonly code = 'CONFIG_INVALID';

  constructor(
    readonly problems: readonly ConfigProblem[],
    /** What had no effect in it besides. */
    readonly warnings: readonly ConfigProblem[] = [],
    cause?: unknown,
  ) {
    super(problems.map(formatProblem).join('\n'), { cause });
  }
}

/** The error for what was found. */
export function asConfigError(findings: Findings, cause?: unknown): ConfigError {
  return new ConfigError(inFileOrder(findings.problems), inFileOrder(findings.warnings), cause);
}

/** Collects everything found while a configuration is read, so that one run shows all of it. */
export interface Findings {
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
  /** Something that keeps the configuration from being used. */
  problem(at: Origin, key: string, message: string): void;
  /** Something that has no effect, or not the one that was probably meant. */
  warning(at: Origin, key: string, message: string): void;
}

/** An empty collection for one file. */
export function createFindings(file: string): Findings {
  const problems: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  return {
    problems,
    warnings,
    problem: (at, key, message) => void problems.push(place(file, at, key, message)),
    warning: (at, key, message) => void warnings.push(place(file, at, key, message)),
  };
}

function place(file: string, at: Origin, key: string, message: string): ConfigProblem {
  return {
    file,
    line: 'line' in at ? at.line : undefined,
    column: 'line' in at ? at.column : undefined,
    variable: 'variable' in at ? at.variable : undefined,
    key,
    message,
  };
}

/** The problems in the order of the file, those of environment variables after them. */
export function inFileOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const line = (problem: ConfigProblem) => problem.line ?? Number.MAX_SAFE_INTEGER;
  return [...problems].sort((a, b) => line(a) - line(b) || (a.column ?? 0) - (b.column ?? 0));
}

/** An origin in words, for messages that name a second place: `line 4`, or the variable's name. */
export function formatOrigin(at: Origin): string {
  if ('line' in at) return `line ${at.line}`;
  return 'variable' in at ? at.variable : 'the defaults';
}
