import { join } from 'node:path';
import { MirrorError } from '../../errors.js';
import { readTextIfThere, writeFileAtomic } from '../files.js';
import { isRunning, type ProcessIdentity } from '../process-identity.js';

/** What a supervisor is doing: its program runs; it waits before the next start; it ends; it gave up. */
export type SupervisorPhase = 'running' | 'waiting' | 'stopping' | 'stopped' | 'failed';

/** How the program ended. */
export interface ProgramExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/** What a supervisor tells about itself, in `run/supervisor.json`. */
export interface SupervisorState {
  readonly version: 1;
  readonly phase: SupervisorPhase;
  readonly supervisor: ProcessIdentity;
  /** The program, while it runs. */
  readonly program: ProcessIdentity | null;
  /** When the supervisor started, ISO 8601. */
  readonly startedAt: string;
  /** When the program was last started, ISO 8601; null before the first time. */
  readonly programStartedAt: string | null;
  /** How often the program was started again after it had died. */
  readonly restarts: number;
  readonly lastExit: ProgramExit | null;
}

/** The state file could not be understood. */
export class StateError extends MirrorError {
  readonly code = 'STATE_INVALID';
}

/** Where the state lies under the folder of a supervisor. */
export function stateFile(runFolder: string): string {
  return join(runFolder, 'supervisor.json');
}

/** Replaces the state in one step. */
export async function writeState(runFolder: string, state: SupervisorState): Promise<void> {
  await writeFileAtomic(stateFile(runFolder), `${JSON.stringify(state, undefined, 2)}\n`);
}

/**
 * The state as last written; undefined when there is none. It may be that of a supervisor that was killed: see `isSupervisorRunning`.
 * @throws FileError when it cannot be read
 * @throws StateError when it holds something else
 */
export async function readState(runFolder: string): Promise<SupervisorState | undefined> {
  const path = stateFile(runFolder);
  const text = await readTextIfThere(path);
  if (text === undefined) return undefined;
  const value = parse(text);
  if (isState(value)) return value;
  throw new StateError(`${path} does not hold the state of a supervisor`, {
    hint: 'remove that file; if a mirror still runs, end it by its process id',
  });
}

/** Whether the supervisor that wrote the state still runs. */
export async function isSupervisorRunning(state: SupervisorState | undefined): Promise<boolean> {
  return state !== undefined && (await isRunning(state.supervisor));
}

/** Whether the program it started still runs, with or without its supervisor. */
export async function isProgramRunning(state: SupervisorState | undefined): Promise<boolean> {
  return state !== undefined && state.program !== null && (await isRunning(state.program));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Reported by the caller as what it is: not a state.
    return undefined;
  }
}

function isState(value: unknown): value is SupervisorState {
  if (typeof value !== 'object' || value === null) return false;
  const state = value as Partial<SupervisorState>;
  return (
    state.version === 1 &&
    typeof state.phase === 'string' &&
    typeof state.startedAt === 'string' &&
    typeof state.restarts === 'number' &&
    isIdentity(state.supervisor) &&
    (state.program === null || isIdentity(state.program))
  );
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, started } = value as Partial<ProcessIdentity>;
  return Number.isSafeInteger(pid) && (pid ?? 0) > 1 && typeof started === 'string';
}
