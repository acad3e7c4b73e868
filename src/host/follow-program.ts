import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { CommandError } from './exec.js';

/**
 * Runs a program that does not end by itself, and gives its lines as they come, until the signal is aborted.
 * @throws CommandError when it cannot be started, or fails
 */
export function followProgram(
  program: string,
  args: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const end = () => void child.kill('SIGTERM');
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
    child.once('error', (cause) => {
      reject(new CommandError(program, `${program} cannot be started`, undefined, '', { cause }));
    });
    child.once('close', (code, how) => {
      signal.removeEventListener('abort', end);
      if (code === 0 || signal.aborted) resolve();
      else
        reject(
          new CommandError(
            program,
            `${program} ended with ${how ?? `status ${code}`}`,
            code ?? undefined,
            '',
          ),
        );
    });
  });
}
