import { spawnSync } from 'node:child_process';
import { errorCode } from '../errors.js';
import { CommandError } from './exec.js';

/** How a command line is run. */
export interface ShellOptions {
  /** Milliseconds until it and what it started are ended. */
  readonly timeout: number;
  /** Bytes of output after which it is ended; that is no failure. */
  readonly maxOutput: number;
  /** Its working directory. */
  readonly cwd: string;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a command line printed. Its exit status is nobody's business here. */
export interface ShellOutcome {
  /** Standard output as it is, up to the limit. */
  readonly output: string;
  /** Whether the time was up. What it had printed until then is in `output`. */
  readonly timedOut: boolean;
}

/**
 * Runs a command line with `sh -c` and waits for it without giving way to anything else; for languages whose evaluation calls
 * programs. It has nothing to read, and its standard error is that of this process. It is the first of a process group of
 * its own, which is killed whole when the time is up: a child that it left in the background cannot stay behind. (execa's
 * synchronous calls have no process groups.)
 * @throws CommandError when there is no shell
 */
export function runShell(command: string, options: ShellOptions): ShellOutcome {
  const { pid, stdout, error } = spawnSync('sh', ['-c', command], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: options.timeout,
    maxBuffer: options.maxOutput,
    killSignal: 'SIGKILL',
    // Node does so for synchronous calls too, though its documentation and types do not name it.
    ...{ detached: true },
  });
  const code = errorCode(error);
  if (code === 'ETIMEDOUT' || code === 'ENOBUFS') endGroup(pid);
  else if (error !== undefined) {
    throw new CommandError('sh', `sh cannot be started: ${error.message}`, undefined, '', { cause: error });
  }
  return { output: stdout.toString('utf8'), timedOut: code === 'ETIMEDOUT' };
}

function endGroup(pid: number): void {
  if (pid <= 0) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Nobody is left, or (macOS) only what is being buried.
    const code = errorCode(error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
