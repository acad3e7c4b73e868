import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The process and all its descendants, as far as they are there. */
export function processTree(pid: number): number[] {
  const found: number[] = [];
  for (const task of listTasks(pid)) {
    const children = readOrEmpty(`/proc/${pid}/task/${task}/children`).trim();
    if (children !== '') found.push(...children.split(' ').flatMap((child) => processTree(Number(child))));
  }
  return [pid, ...found];
}

/** Clock ticks in a second, the unit of processor time in `/proc`. */
export function ticksPerSecond(): number {
  return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
}

/** Processor time of the process, all its threads and its descendants, user and system, in seconds. */
export function cpuSeconds(pid: number, ticks: number): number {
  const used = processTree(pid).map((each) => {
    // The second field is the program's name in parentheses and may hold spaces (proc(5), /proc/pid/stat).
    const stat = readOrEmpty(`/proc/${each}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  });
  return used.reduce((sum, each) => sum + each, 0) / ticks;
}

/** The most memory the process, and each of its descendants, ever had resident, summed up, in bytes. */
export function peakMemory(pid: number): number {
  const peaks = processTree(pid).map((each) => {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readOrEmpty(`/proc/${each}/status`))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  });
  return peaks.reduce((sum, each) => sum + each, 0);
}

function listTasks(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** A process may end while it is looked at: it then counts as nothing. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
