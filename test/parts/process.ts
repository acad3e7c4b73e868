import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { asPart, atExit, type Part } from './cleanup.js';
import { waitFor } from './wait.js';

/** A program that stays, and how to tell that it is ready. */
export interface DaemonOptions {
  /** For errors. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment; this process's own when absent. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Asked again and again until it says yes; an answer is enough, errors must be turned into `false`. */
  readonly ready: () => Promise<boolean>;
  /** Milliseconds until it must be ready; 20,000 when absent. */
  readonly readyWithin?: number;
  /** Milliseconds between SIGTERM and SIGKILL; 10,000 when absent. */
  readonly stopWithin?: number;
  /** Told of every line on standard output. */
  readonly onLine?: (line: string) => void;
}

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running program, in a process group of its own. Closing it is stopping it. */
export interface Daemon extends Part {
  readonly pid: number;
  readonly running: boolean;
  /** Resolves when the process is gone, whoever ended it. */
  readonly ended: Promise<ProcessEnd>;
  /** The last lines it wrote, to both streams. */
  tail(): string;
  /** SIGTERM to the process, then SIGKILL to its group when it takes too long. */
  stop(): Promise<ProcessEnd>;
  /** SIGKILL to the whole group, as `kill -9`. */
  kill(): Promise<ProcessEnd>;
}

const TAIL_LINES = 60;

/**
 * Starts a program and waits until it is ready.
 * @throws Error with the end of its output when it ends before, or is not ready in time; it is not left running then
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const child = spawn(options.program, options.args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const lines = keepTail(child, options.onLine);
  const tail = () => `--- the end of what ${options.name} wrote:\n${lines.join('\n')}`;
  const pid = await started(child, options.name);
  const daemon = watch(child, pid, tail, options.stopWithin ?? 10_000);
  try {
    await waitFor(() => readyOrEnded(daemon, options), {
      what: `${options.name} is ready`,
      timeout: options.readyWithin ?? 20_000,
      detail: tail,
    });
  } catch (error) {
    await daemon.kill();
    throw error;
  }
  return daemon;
}

async function readyOrEnded(daemon: Daemon, options: DaemonOptions): Promise<boolean> {
  if (daemon.running) return options.ready();
  const { code, signal } = await daemon.ended;
  throw new Error(`${options.name} ended (${signal ?? code}) before it was ready\n${daemon.tail()}`);
}

/** Resolves with the process id. */
function started(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid as number));
    child.once('error', (cause) =>
      reject(new Error(`${name} could not be started: ${cause.message}`, { cause })),
    );
  });
}

function watch(child: ChildProcess, pid: number, tail: () => string, stopWithin: number): Daemon {
  const forget = atExit(() => signalGroup(pid));
  // `exit` and not `close`: a grandchild may hold the pipes open for longer.
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => {
      signalGroup(pid);
      forget();
      resolve({ code, signal });
    });
  });
  const running = () => child.exitCode === null && child.signalCode === null;
  function kill(): Promise<ProcessEnd> {
    if (running()) signalGroup(pid);
    return ended;
  }
  async function stop(): Promise<ProcessEnd> {
    if (!running()) return ended;
    child.kill('SIGTERM');
    const timer = setTimeout(() => signalGroup(pid), stopWithin);
    return ended.finally(() => clearTimeout(timer));
  }
  return {
    pid,
    get running() {
      return running();
    },
    ended,
    tail,
    stop,
    kill,
    ...asPart(async () => {
      await stop();
    }),
  };
}

/** Kills what is left of a process group; nothing may be. */
function signalGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function keepTail(child: ChildProcess, onLine: ((line: string) => void) | undefined): string[] {
  const lines: string[] = [];
  function keep(line: string): void {
    lines.push(line);
    if (lines.length > TAIL_LINES) lines.shift();
  }
  function read(stream: Readable | null, each: (line: string) => void): void {
    if (stream !== null)
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', each);
  }
  read(child.stdout, (line) => {
    keep(line);
    onLine?.(line);
  });
  read(child.stderr, keep);
  return lines;
}
