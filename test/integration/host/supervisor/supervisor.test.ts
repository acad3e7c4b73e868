import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readState } from '#src/host/supervisor/state.js';
import { type SupervisorOptions, type SupervisorResult, supervise } from '#src/host/supervisor/supervisor.js';
import { eventually } from '../../cli/sandbox.js';
import { inFolder } from '../folder.js';

interface Run {
  readonly lines: string[];
  readonly events: string[];
  readonly stop: AbortController;
  readonly result: Promise<SupervisorResult>;
}

function supervising(runFolder: string, code: string, changes: Partial<SupervisorOptions> = {}): Run {
  const [lines, events, stop]: [string[], string[], AbortController] = [[], [], new AbortController()];
  const result = supervise({
    runFolder,
    program: process.execPath,
    args: ['-e', code],
    env: process.env,
    backoff: { first: 20, most: 60, healthyAfter: 60_000 },
    stopTimeout: 5_000,
    finalStatuses: [78],
    onLine: (line) => lines.push(line.toString()),
    onEvent: (_, message) => events.push(message),
    stop: stop.signal,
    ...changes,
  });
  return { lines, events, stop, result };
}

describe('supervise', () => {
  it('starts a program again and again, and gives out every line, to the last without an end', () =>
    inFolder(async (folder) => {
      const code =
        "process.stdout.write('out\\n'.repeat(1000)); process.stderr.write('err'); process.exitCode = 4;";
      const run = supervising(folder, code);
      const state = await eventually(async () => {
        const found = await readState(folder);
        return found !== undefined && found.restarts >= 3 && found.phase === 'waiting' ? found : undefined;
      });
      assert.equal(state.lastExit?.code, 4);
      run.stop.abort();
      assert.deepEqual(await run.result, { outcome: 'stopped' });
      const after = await readState(folder);
      assert.deepEqual([after?.phase, after?.program], ['stopped', null]);
      const starts = run.lines.filter((line) => line === 'err').length;
      assert.ok(starts >= 4);
      assert.equal(run.lines.filter((line) => line === 'out').length, starts * 1_000);
    }));

  it('gives up on a status that a restart cannot mend', () =>
    inFolder(async (folder) => {
      const run = supervising(folder, 'process.exit(78)');
      assert.deepEqual(await run.result, { outcome: 'failed', status: 78 });
      assert.equal((await readState(folder))?.phase, 'failed');
    }));

  it('does not begin where another is at work, and can afterwards', () =>
    inFolder(async (folder) => {
      const first = supervising(folder, 'setInterval(() => {}, 1000)');
      await eventually(async () => (await readState(folder))?.program ?? undefined);
      assert.deepEqual(await supervising(folder, '').result, { outcome: 'already-running' });
      first.stop.abort();
      assert.deepEqual(await first.result, { outcome: 'stopped' });
      assert.deepEqual(await supervising(folder, 'process.exit(78)').result, {
        outcome: 'failed',
        status: 78,
      });
    }));

  it('kills a program that does not end in time', () =>
    inFolder(async (folder) => {
      const code =
        "process.on('SIGTERM', () => console.log('no')); console.log('up'); setInterval(() => {}, 1000)";
      const run = supervising(folder, code, { stopTimeout: 200 });
      await eventually(async () => (run.lines.includes('up') ? true : undefined));
      run.stop.abort();
      assert.deepEqual(await run.result, { outcome: 'stopped' });
      assert.ok(run.lines.includes('no'));
      assert.deepEqual(run.events, ['the mirror did not end in time and was killed']);
      assert.equal((await readState(folder))?.lastExit?.signal, 'SIGKILL');
    }));

  it('goes on trying when the program cannot be started', () =>
    inFolder(async (folder) => {
      const run = supervising(folder, '', { program: '/nonexistent/program' });
      const state = await eventually(async () => {
        const found = await readState(folder);
        return found !== undefined && found.restarts >= 2 ? found : undefined;
      });
      assert.equal(state.lastExit?.code, 127);
      assert.ok(run.events.includes('the mirror cannot be started'));
      run.stop.abort();
      assert.deepEqual(await run.result, { outcome: 'stopped' });
    }));
});
