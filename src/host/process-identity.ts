import { readFile } from 'node:fs/promises';
import { errorCode } from '../errors.js';
import { CommandError, run } from './exec.js';

/** One process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system tells it, with the boot it belongs to; only compared, never read. */
  readonly started: string;
}

/**
 * The identity of a running process; undefined when there is none. A process that has ended but was not yet collected by its parent
 * (a zombie) counts as gone.
 */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const started = process.platform === 'linux' ? await startedFromProc(pid) : await startedFromPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether that very process still runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.started === identity.started;
}

/**
 * Sends a signal to that very process.
 * @returns false when it is gone
 * @throws the system's error, such as EPERM for a process of another user
 */
export async function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await isRunning(identity))) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}

/** The state and the start time from the text of /proc/PID/stat (proc(5): fields 3 and 22); the program's name may hold spaces and parentheses. */
export function parseProcStat(text: string): { state: string; startTicks: string } | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
}

async function startedFromProc(pid: number): Promise<string | undefined> {
  const text = await readProc(`/proc/${pid}/stat`);
  const stat = text === undefined ? undefined : parseProcStat(text);
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined;
  const boot = (await readProc('/proc/sys/kernel/random/boot_id'))?.trim() ?? '';
  return `${boot}/${stat.startTicks}`;
}

async function readProc(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Gone between two looks, or hidden from us: for the caller both mean that nothing can be said.
    return undefined;
  }
}

/** Where there is no /proc (macOS), `ps` knows the start time to the second. */
async function startedFromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { timeout: 5_000 });
    const text = stdout.trim();
    return text === '' || text.startsWith('Z') ? undefined : text.replace(/^\S+\s+/, '');
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === 1) return undefined;
    throw error;
  }
}
