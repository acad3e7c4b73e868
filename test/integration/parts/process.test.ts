import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { startDaemon } from '../../parts/process.js';
import { waitFor } from '../../parts/wait.js';

const READY = async () => true;
/** Tells that it is up, and does not end when asked to. */
const STUBBORN = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up');`;
const PARTS = new URL('../../parts/', import.meta.url).href;

describe('a daemon of a test', () => {
  it('is asked to end, and ends', async () => {
    const daemon = await startNode('sleeper', `setInterval(() => {}, 1000); console.log('up');`);
    assert.deepEqual(await daemon.stop(), { code: null, signal: 'SIGTERM' });
    assert.equal(daemon.running, false);
    assert.equal(isAlive(daemon.pid), false);
  });

  it('is killed when it does not end in time', async () => {
    const daemon = await startNode('stubborn', STUBBORN);
    assert.deepEqual(await daemon.stop(), { code: null, signal: 'SIGKILL' });
  });

  it('takes its children with it', async () => {
    const script = `const { spawn } = require('node:child_process');
      console.log('child', spawn(process.execPath, ['-e', ${JSON.stringify(STUBBORN)}], { stdio: 'ignore' }).pid);
      setInterval(() => {}, 1000); console.log('up');`;
    const daemon = await startNode('parent', script);
    const child = Number(/child (\d+)/.exec(daemon.tail())?.[1]);
    assert.ok(isAlive(child));
    await daemon.stop();
    await waitFor(() => !isAlive(child), { what: 'the child is gone' });
  });

  it('that ends before it is ready shows what it wrote', async () => {
    const script = `console.error('the port is taken'); process.exit(3);`;
    const starting = startDaemon({
      name: 'short-lived',
      program: process.execPath,
      args: ['-e', script],
      ready: async () => false,
    });
    await assert.rejects(starting, /short-lived ended \(3\) before it was ready.*the port is taken/s);
  });

  it('that is never ready is not left running', async () => {
    let pid = 0;
    const starting = startDaemon({
      name: 'never-ready',
      program: process.execPath,
      args: ['-e', `console.log(process.pid); setInterval(() => {}, 1000);`],
      ready: async () => false,
      readyWithin: 500,
      onLine: (line) => {
        pid = Number(line);
      },
    });
    await assert.rejects(starting, /in vain until never-ready is ready/);
    assert.ok(pid === 0 || !isAlive(pid));
  });

  it('that is not installed is an error', async () => {
    const starting = startDaemon({ name: 'nothing', program: '/no/such/program', args: [], ready: READY });
    await assert.rejects(starting, /nothing could not be started/);
  });

  it('and its folder go with the test process, by a signal too', async () => {
    const script = `import { startDaemon } from '${PARTS}process.js';
      import { tempFolder } from '${PARTS}temp.js';
      const folder = await tempFolder();
      const daemon = await startDaemon({ name: 'x', program: process.execPath,
        args: ['-e', ${JSON.stringify(STUBBORN)}], ready: async () => true });
      console.log(JSON.stringify({ pid: daemon.pid, path: folder.path }));
      setInterval(() => {}, 1000);`;
    const test = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(test.stdout, 'data')) as [Buffer];
    const { pid, path } = JSON.parse(line.toString()) as { pid: number; path: string };
    assert.ok(isAlive(pid) && existsSync(path));
    test.kill('SIGTERM');
    assert.deepEqual(await once(test, 'exit'), [143, null]);
    await waitFor(() => !isAlive(pid), { what: 'the daemon is gone' });
    assert.equal(existsSync(path), false);
  });
});

/** Runs a script until it says `up`. */
async function startNode(name: string, script: string) {
  const lines: string[] = [];
  return startDaemon({
    name,
    program: process.execPath,
    args: ['-e', script],
    ready: async () => lines.includes('up'),
    stopWithin: 300,
    onLine: (line) => lines.push(line),
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
