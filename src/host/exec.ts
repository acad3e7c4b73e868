import type { Readable, Writable } from 'node:stream';
import type { ExecaError } from 'execa';
import { MirrorError } from '../errors.js';

/** How a program is run. */
export interface RunOptions {
  /** Written to standard input, which is closed after it; closed at once when absent. */
  readonly input?: string;
  /** Milliseconds until it is ended; 30,000 when absent. */
  readonly timeout?: number;
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Exit statuses that are a result and not a failure, besides 0. */
  readonly accept?: readonly number[];
}

/** What a program printed, without the last line's end. */
export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program was not there, failed, or took too long. `stderr` is kept for the reader; standard output may hold secrets and is not. */
export class CommandError extends MirrorError {
  readonly code = 'COMMAND_FAILED';

  constructor(
    readonly program: string,
    message: string,
    /** Undefined when it did not start or was ended by a signal. */
    readonly exitCode: number | undefined,
    readonly stderr: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

/** Loads what running programs needs, for who will not be able to read it later. */
export async function readyToRun(): Promise<void> {
  await import('execa');
}

/**
 * Runs a program, without a shell, and waits for it.
 * @throws CommandError when it cannot be started, ends with another status than 0, or takes too long
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  // Loaded when it is first needed: most commands run no other program.
  const { execa } = await import('execa');
  try {
    const result = await execa(program, args, {
      timeout: options.timeout ?? 30_000,
      input: options.input ?? '',
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    });
    return { exitCode: 0, stdout: result.stdout, stderr: result.stderr };
  } catch (thrown) {
    const error = thrown as ExecaError;
    const { exitCode, stdout, stderr } = error;
    const isResult = exitCode !== undefined && options.accept?.includes(exitCode) === true;
    if (!isResult || typeof stdout !== 'string' || typeof stderr !== 'string') {
      throw asCommandError(program, error);
    }
    return { exitCode, stdout, stderr };
  }
}

/** A program that turns one stream of bytes into another. */
export interface Filter {
  /** What goes in. To be ended, or destroyed to give up. */
  readonly input: Writable;
  /** What comes out. */
  readonly output: Readable;
  /**
   * Resolves when it has ended well.
   * @throws CommandError
   */
  readonly ended: Promise<void>;
}

/** Starts a program, without a shell, as a filter. An end of this process ends it too. */
export async function startFilter(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Filter> {
  const { execa } = await import('execa');
  const child = execa(program, args, {
    buffer: { stdout: false },
    encoding: 'buffer',
    stdin: 'pipe',
    cancelSignal: signal,
  });
  const ended = child.then(
    () => undefined,
    (thrown: unknown) => {
      throw asCommandError(program, thrown as ExecaError);
    },
  );
  // Awaited by who uses it, perhaps after a failure of its own.
  ended.catch(() => undefined);
  return { input: child.stdin, output: child.stdout, ended };
}

function asCommandError(program: string, error: ExecaError): CommandError {
  const stderr = typeof error.stderr === 'string' ? error.stderr : '';
  if (error.code === 'ENOENT') {
    return new CommandError(program, `${program} is not installed`, undefined, stderr, {
      hint: `install ${program}, or put it on the PATH`,
    });
  }
  const how = error.timedOut ? 'took too long' : `ended with status ${error.exitCode ?? error.signal}`;
  const said = stderr === '' ? '' : `: ${stderr.slice(-500).trim()}`;
  return new CommandError(program, `${program} ${how}${said}`, error.exitCode, stderr);
}
