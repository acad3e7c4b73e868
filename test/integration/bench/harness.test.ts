import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { processTree } from '../../bench/processes.js';
import type { Report } from '../../bench/report.js';

const MAIN = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly json: string;
  /** What it said on standard error so far. */
  said(): string;
  readonly ended: Promise<{ status: number | null; signal: NodeJS.Signals | null }>;
}

function start(context: TestContext, ...args: string[]): Run {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  const json = join(folder, 'results.json');
  const child = spawn(
    process.execPath,
    [MAIN, '--quick', '--without-mirror', '--dir', folder, '--json', json, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let errors = '';
  child.stdout.resume();
  child.stderr.on('data', (piece) => {
    errors += piece;
  });
  const ended = new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
  context.after(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  return { child, folder, json, ended, said: () => errors };
}

/** The name of a process's program; undefined when it is gone. */
function programOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Waits until the run has started a program, and notes the processes it has; until its first server when that is not installed. */
async function processesOnceRunning(run: Run, program: string): Promise<number[]> {
  for (;;) {
    assert.equal(run.child.exitCode, null, run.said());
    const pids = processTree(run.child.pid ?? 0);
    const wanted = run.said().includes(`${program} is not installed`) ? 'node' : program;
    // nginx has its workers a moment after its master.
    const found = pids.slice(1).filter((pid) => programOf(pid) === wanted);
    if (found.length >= (wanted === 'nginx' ? 3 : 1)) return pids;
    await sleep(5);
  }
}

describe('the bench', () => {
  it('measures, counts what the upstream sent, and writes its results', async (context) => {
    const run = start(context, '--only', 'cold-pull', '--only', 'first-byte');
    assert.deepEqual(await run.ended, { status: 0, signal: null }, run.said());
    const report = JSON.parse(readFileSync(run.json, 'utf8')) as Report;
    assert.deepEqual(
      report.rows.map(({ name }) => name),
      ['cold-pull', 'first-byte'],
    );
    const [time, fetched] = report.rows[0]?.measures ?? [];
    assert.deepEqual(fetched?.samples.direct, [1]);
    // 9 MiB at 1000 Mbit/s.
    assert.ok((time?.samples.direct?.[0] ?? 0) > 0.07);
    if (report.versions.stock !== undefined) {
      assert.ok((fetched?.samples.stock?.[0] ?? 0) > 1.5, 'stock fetches things more than once');
    }
    if (report.versions.nginx !== undefined) assert.deepEqual(fetched?.samples.nginx, [1]);
    const checks = report.rows.flatMap((row) => row.checks);
    assert.ok(
      checks.length > 0 && checks.every(({ ok }) => ok === undefined),
      'nothing is said of the mirror',
    );
    assert.deepEqual(readdirSync(run.folder), ['results.json']);
  });

  for (const [signal, status, program] of [
    ['SIGINT', 130, 'nginx'],
    ['SIGTERM', 143, 'docker-registry'],
  ] as const) {
    it(`leaves no process and no folder behind when it gets ${signal} while ${program} runs`, async (context) => {
      const run = start(context, '--only', 'warm-blob', '--rounds', '50');
      const pids = await processesOnceRunning(run, program);
      run.child.kill(signal);
      assert.deepEqual(await run.ended, { status, signal: null }, run.said());
      assert.deepEqual(readdirSync(run.folder), []);
      const deadline = Date.now() + 10_000;
      while (pids.some((pid) => programOf(pid) !== undefined) && Date.now() < deadline) await sleep(20);
      assert.deepEqual(
        pids.map(programOf),
        pids.map(() => undefined),
      );
    });
  }

  it('ends with status 2 and its usage error when an argument is wrong', async (context) => {
    const run = start(context, '--only', 'nonsense');
    assert.deepEqual(await run.ended, { status: 2, signal: null });
    assert.match(run.said(), /there is no row "nonsense"/);
  });

  it('ends with status 1 when asked to check and something was not measured', async (context) => {
    const run = start(context, '--only', 'first-byte', '--check');
    assert.deepEqual(await run.ended, { status: 1, signal: null }, run.said());
  });
});
