import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** What the numbers were measured on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly kernel: string;
  readonly node: string;
  /** How many processes wanted to run in the minute before, the bench not among them: above 0.3, others disturb the numbers. */
  readonly loadBefore: number;
}

/** Describes this machine. */
export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    kernel: release(),
    node: process.version,
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}

/** The first line a program prints, on either output; undefined when it cannot be run. */
export function firstLine(program: string, args: readonly string[]): string | undefined {
  const { stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 10_000 });
  if (error !== undefined) return undefined;
  const line = `${stdout}${stderr}`.split('\n')[0]?.trim();
  return line === '' ? undefined : line;
}
