import { type ChildProcess, spawn } from 'node:child_process';
import { type BackoffOptions, nextDelay } from '../backoff.js';
import { LineSplitter } from '../line-splitter.js';
import { tryLock } from '../lock.js';
import { identify, isRunning, type ProcessIdentity } from '../process-identity.js';
import { endProcess } from './end-process.js';
import { type ProgramExit, readState, type SupervisorState, writeState } from './state.js';

/** What a supervisor is told. Times are in milliseconds. */
export interface SupervisorOptions {
  /** Where its state and its lock lie. */
  readonly runFolder: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly backoff: BackoffOptions;
  /** How long the program may take to end after SIGTERM, before SIGKILL. */
  readonly stopTimeout: number;
  /** Exit statuses after which a restart cannot help. */
  readonly finalStatuses: readonly number[];
  /** Takes each line that the program writes to standard output or standard error. */
  readonly onLine: (line: Buffer) => void;
  /** Takes what the supervisor itself has to say. */
  readonly onEvent: (
    level: 'info' | 'warn' | 'error',
    message: string,
    fields: Record<string, unknown>,
  ) => void;
  /** Aborted when everything is to end. */
  readonly stop: AbortSignal;
}

/** How supervising ended: as asked; by a status that no restart can mend; not begun, as another supervisor is there. */
export type SupervisorResult =
  | { readonly outcome: 'stopped' }
  | { readonly outcome: 'failed'; readonly status: number }
  | { readonly outcome: 'already-running' };

/**
 * Runs a program, and runs it again whenever it ends, until it is told to stop. Only one supervisor works in a run folder; a program that an
 * earlier one left behind when it was killed is ended first.
 * The program's standard input is a pipe that ends when this process is gone, however it went.
 */
export async function supervise(options: SupervisorOptions): Promise<SupervisorResult> {
  const lock = await tryLock(options.runFolder);
  if (lock === undefined) return { outcome: 'already-running' };
  try {
    await endLeftOver(options);
    return await keepRunning(options);
  } finally {
    await lock.release();
  }
}

async function endLeftOver(options: SupervisorOptions): Promise<void> {
  const program = await leftOver(options);
  if (program === undefined || !(await isRunning(program))) return;
  options.onEvent('warn', 'ending a program whose supervisor was killed', { pid: program.pid });
  await endProcess(program, options.stopTimeout);
}

/** An unreadable state names nobody: that must not keep the mirror from starting. */
async function leftOver(options: SupervisorOptions): Promise<ProcessIdentity | undefined> {
  try {
    return (await readState(options.runFolder))?.program ?? undefined;
  } catch (error) {
    options.onEvent('warn', 'the state of an earlier supervisor is not readable', { err: error });
    return undefined;
  }
}

async function keepRunning(options: SupervisorOptions): Promise<SupervisorResult> {
  const self = await identify(process.pid);
  if (self === undefined) throw new Error('this process does not find itself');
  const record = stateRecorder(options, self);
  let delay = 0;
  for (let restarts = 0; ; restarts += 1) {
    const started = performance.now();
    const exit = await runOnce(options, (program) =>
      record({ phase: 'running', program, restarts, programStartedAt: new Date().toISOString() }),
    );
    const uptime = performance.now() - started;
    const ended = { program: null, lastExit: exit };
    if (options.stop.aborted) {
      await record({ ...ended, phase: 'stopped' });
      return { outcome: 'stopped' };
    }
    if (exit.code !== null && options.finalStatuses.includes(exit.code)) {
      await record({ ...ended, phase: 'failed' });
      options.onEvent('error', 'the mirror ended with a status that a restart cannot mend', { ...exit });
      return { outcome: 'failed', status: exit.code };
    }
    delay = nextDelay(delay, uptime, options.backoff);
    await record({ ...ended, phase: 'waiting' });
    options.onEvent('error', 'the mirror ended by itself and is started again', {
      ...exit,
      uptimeMs: Math.round(uptime),
      delayMs: delay,
    });
    if (!(await pause(delay, options.stop))) {
      await record({ phase: 'stopped' });
      return { outcome: 'stopped' };
    }
  }
}

type RecordState = (change: Partial<SupervisorState>) => Promise<void>;

/** Keeps the state and writes each change. A disk that takes no state is reported, and is no reason to let the mirror die. */
function stateRecorder(options: SupervisorOptions, supervisor: ProcessIdentity): RecordState {
  let state: SupervisorState = {
    version: 1,
    phase: 'running',
    supervisor,
    program: null,
    startedAt: new Date().toISOString(),
    programStartedAt: null,
    restarts: 0,
    lastExit: null,
  };
  return async (change) => {
    state = { ...state, ...change };
    try {
      await writeState(options.runFolder, state);
    } catch (error) {
      options.onEvent('error', 'the state cannot be written', { err: error });
    }
  };
}

/** Starts the program, and waits until it has ended and its last line was read. */
async function runOnce(
  options: SupervisorOptions,
  onStarted: (program: ProcessIdentity | null) => Promise<void>,
): Promise<ProgramExit> {
  const child = spawn(options.program, [...options.args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...options.env },
  });
  const ended = untilClosed(child, options);
  forwardLines(child, options.onLine);
  // Nothing is ever written: EPIPE when the program closes its end is no news.
  child.stdin?.on('error', () => undefined);
  const identity = child.pid === undefined ? undefined : await identify(child.pid);
  await onStarted(identity ?? null);
  let stopping: Promise<void> | undefined;
  const stopChild = () => {
    stopping = stopGently(child, identity, options);
    stopping.catch((error: unknown) =>
      options.onEvent('error', 'the mirror could not be stopped', { err: error }),
    );
  };
  options.stop.addEventListener('abort', stopChild, { once: true });
  if (options.stop.aborted) stopChild();
  try {
    const exit = await ended;
    // What there is to say about the end is said before the supervisor ends itself.
    await stopping?.catch(() => undefined);
    return exit;
  } finally {
    options.stop.removeEventListener('abort', stopChild);
  }
}

async function stopGently(
  child: ChildProcess,
  identity: ProcessIdentity | undefined,
  options: SupervisorOptions,
): Promise<void> {
  if (identity === undefined) {
    child.kill('SIGTERM');
    return;
  }
  if (!(await endProcess(identity, options.stopTimeout))) {
    options.onEvent('warn', 'the mirror did not end in time and was killed', {
      pid: identity.pid,
      afterMs: options.stopTimeout,
    });
  }
}

function forwardLines(child: ChildProcess, onLine: (line: Buffer) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    const splitter = new LineSplitter(onLine);
    stream?.on('data', (chunk: Buffer) => splitter.push(chunk));
    stream?.on('end', () => splitter.end());
  }
}

/** The status a shell gives for a program that could not be started. */
const NOT_STARTED = 127;

function untilClosed(child: ChildProcess, options: SupervisorOptions): Promise<ProgramExit> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      options.onEvent('error', 'the mirror cannot be started', { err: error });
      if (child.pid === undefined) resolve({ code: NOT_STARTED, signal: null, at: new Date().toISOString() });
    });
    child.once('exit', (code, signal) => {
      const exit = { code, signal, at: new Date().toISOString() };
      child.once('close', () => resolve(exit));
      // A grandchild may hold the pipes open for ever: what was written by now is read within this time.
      setTimeout(() => resolve(exit), 2_000).unref();
    });
  });
}

/** @returns false when it was told to stop meanwhile */
function pause(milliseconds: number, stop: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (stop.aborted) {
      resolve(false);
      return;
    }
    const timer = setTimeout(() => finish(true), milliseconds);
    const onAbort = () => finish(false);
    stop.addEventListener('abort', onAbort, { once: true });
    function finish(whole: boolean): void {
      clearTimeout(timer);
      stop.removeEventListener('abort', onAbort);
      resolve(whole);
    }
  });
}
