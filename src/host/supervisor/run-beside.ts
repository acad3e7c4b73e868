import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LineSplitter } from '../line-splitter.js';
import { identify } from '../process-identity.js';
import { endProcess } from './end-process.js';

/** A program that a supervisor runs now and then, to its end. */
export interface BesideOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when it is to end. */
  readonly stop: AbortSignal;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly stopTimeout: number;
  /** Takes each line that it writes to standard error; standard output goes nowhere. */
  readonly onLine: (line: string) => void;
}

/** How it ended. */
export interface BesideEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/**
 * Runs a program and waits until it has ended. Its standard input is a pipe that ends when this process is gone, however it went.
 * @throws the system's error when it cannot be started
 */
export async function runBeside(options: BesideOptions): Promise<BesideEnd> {
  const child = spawn(options.program, [...options.args], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...options.env },
    cwd: '/',
  });
  // Nothing is ever written: EPIPE when the program closes its end is no news.
  child.stdin.on('error', () => undefined);
  const splitter = new LineSplitter((line) => options.onLine(line.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => splitter.push(chunk));
  child.stderr.on('end', () => splitter.end());
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  ended.catch(() => undefined);
  await once(child, 'spawn');
  const identity = child.pid === undefined ? undefined : await identify(child.pid);
  const end = async () => {
    if (identity !== undefined) await endProcess(identity, options.stopTimeout);
  };
  let ending: Promise<void> | undefined;
  const onStop = () => {
    ending = end();
    ending.catch((error: unknown) => options.onLine(`it could not be ended: ${String(error)}`));
  };
  options.stop.addEventListener('abort', onStop, { once: true });
  if (options.stop.aborted) onStop();
  try {
    const [code, signal] = await ended;
    await ending?.catch(() => undefined);
    return { code, signal };
  } finally {
    options.stop.removeEventListener('abort', onStop);
  }
}
