import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Linux's own program, of the package linux-kbuild-6.1. */
export const CONF = '/usr/lib/linux-kbuild-6.1/scripts/kconfig/conf';

export const MODES = [
  'olddefconfig',
  'alldefconfig',
  'allyesconfig',
  'allnoconfig',
  'allmodconfig',
  'savedefconfig',
] as const;
export type Mode = (typeof MODES)[number];

/** One run on the Kconfig file in a folder. */
export interface Job {
  /** Absolute; holds `Kconfig`. */
  readonly folder: string;
  readonly mode: Mode;
  /** The text of the .config there is before; none: undefined. */
  readonly config: string | undefined;
  /** The text of the file that KCONFIG_ALLCONFIG names. */
  readonly fragment: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** What came of it. */
export interface Outcome {
  /** Undefined when the files were refused. */
  readonly written: string | undefined;
  /** The program ran out of its stack, as conf does on loops that it does not look for, and while it prints some that it does. */
  readonly crashed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Ended by SIGSEGV, as a shell says it. */
const CRASHED = '139';
const PARALLEL = 2;
const TIME_LIMIT_MS = 120_000;

/**
 * Runs conf for each job, two at a time, in as few processes as that takes. Writes into the jobs' folders only.
 * @throws Error when a run was ended by a signal, or all of them take more than two minutes
 */
export async function runConf(jobs: readonly Job[]): Promise<Outcome[]> {
  for (const [i, job] of jobs.entries()) prepare(job, i);
  const share = Math.ceil(jobs.length / PARALLEL);
  const parts = Array.from({ length: PARALLEL }, (_, i) => jobs.slice(i * share, (i + 1) * share));
  const statuses = await Promise.all(parts.map((part, i) => runShell(part, i * share)));
  const all = statuses.flat();
  return jobs.map((job, i) => outcomeOf(job, i, all[i]));
}

function prepare({ folder, mode, config, fragment }: Job, number: number): void {
  if (config !== undefined && (mode === 'olddefconfig' || mode === 'savedefconfig')) {
    writeFileSync(join(folder, `${number}.config`), config);
  }
  if (fragment !== undefined) writeFileSync(join(folder, `${number}.all`), fragment);
}

function runShell(jobs: readonly Job[], first: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const shell = spawn('/bin/sh', ['-s'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      timeout: TIME_LIMIT_MS,
    });
    let output = '';
    shell.stdout.setEncoding('latin1');
    shell.stdout.on('data', (text: string) => {
      output += text;
    });
    shell.once('error', reject);
    shell.once('close', (status, signal) => {
      if (status === 0) resolve(output.split('\n').slice(0, -1));
      else reject(new Error(`the shell that runs conf ended with ${status ?? signal}`));
    });
    shell.stdin.end(`${jobs.map((job, i) => commandOf(job, first + i)).join('\n')}\nexit 0\n`);
  });
}

function commandOf({ folder, mode, fragment, environment }: Job, number: number): string {
  const settings = {
    ...environment,
    KCONFIG_CONFIG: `${number}.config`,
    // conf leaves auto.conf alone where there is something.
    KCONFIG_AUTOCONFIG: '/dev/null',
    ...(fragment === undefined ? {} : { KCONFIG_ALLCONFIG: `${number}.all` }),
  };
  const assignments = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}`);
  const option = mode === 'savedefconfig' ? `--savedefconfig=${number}.saved` : `--${mode}`;
  const run = `${assignments.join(' ')} ${CONF} ${option} Kconfig`;
  return `cd ${quoted(folder)} && ${run} >${number}.out 2>${number}.err </dev/null; echo $?`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function outcomeOf({ folder, mode }: Job, number: number, status: string | undefined): Outcome {
  const read = (ending: string) => readFileSync(join(folder, `${number}.${ending}`), 'utf8');
  if (status !== '0' && status !== '1' && status !== CRASHED) {
    throw new Error(`conf in ${folder} ended with ${status}: ${read('err')}`);
  }
  const ending = mode === 'savedefconfig' ? 'saved' : 'config';
  return {
    written: status === '0' && existsSync(join(folder, `${number}.${ending}`)) ? read(ending) : undefined,
    crashed: status === CRASHED,
    stdout: read('out'),
    stderr: read('err'),
  };
}
