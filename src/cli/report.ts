import { isMissing, MirrorError } from '../errors.js';
import type { Output } from './command.js';
import { configProblems, describeProblem, isKconfigError } from './engine-port.js';
import { Interrupted, UsageError } from './errors.js';
import { EXIT, type ExitCode } from './exit-code.js';

/** The exit status for an error. */
export function exitCodeFor(error: unknown): ExitCode {
  if (configProblems(error) !== undefined || isKconfigError(error)) return EXIT.config;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof MirrorError || isSystemError(error)) return EXIT.failed;
  return EXIT.internal;
}

/** An error in words: what happened, where in a configuration, and what may help. A defect comes with its stack. */
export function describeError(error: unknown): string {
  const problems = configProblems(error);
  if (problems !== undefined && problems.length > 0) {
    const hint = error instanceof MirrorError && error.hint !== undefined ? `hint: ${error.hint}\n` : '';
    return `${problems.map((problem) => `docker-mirror: ${describeProblem(problem)}`).join('\n')}\n${hint}`;
  }
  if (!(error instanceof Error)) return `docker-mirror: ${String(error)}\n`;
  if (exitCodeFor(error) === EXIT.internal) {
    return `docker-mirror: this is a defect of docker-mirror: ${error.stack ?? error.message}\n`;
  }
  const hint = error instanceof MirrorError && error.hint !== undefined ? `hint: ${error.hint}\n` : '';
  return `docker-mirror: ${error.message}\n${hint}`;
}

/** An error that keeps nothing from going on, in the same words. */
export function describeWarning(error: unknown): string {
  return describeError(error).replace(/^docker-mirror:/, 'warning:');
}

/** Prints an error and gives the exit status for it. */
export function reportError(error: unknown, stderr: Output): ExitCode {
  stderr.write(describeError(error));
  return exitCodeFor(error);
}

function isSystemError(error: unknown): boolean {
  return isMissing(error) || (error instanceof Error && 'syscall' in error);
}
