/** What every error of this program carries besides its message. */
export interface MirrorErrorOptions {
  /** What the reader can do about it: one sentence, no full stop needed. Never holds a secret. */
  readonly hint?: string;
  /** Whether the same attempt may succeed later without anybody changing anything. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/**
 * Base of every error this program throws on purpose. `code` is stable and meant for programs;
 * the message and the hint are meant for people. Mapped to HTTP or to an exit code only at the edges.
 */
export abstract class MirrorError extends Error {
  abstract readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(message: string, options: MirrorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
  }
}

/** The `code` of a system error (`ENOSPC`, `ENOENT`…), or of ours; undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}

/** Whether a file-system call failed because the file is not there. */
export function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
