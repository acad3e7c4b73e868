import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withFileLock } from '#src/host/file-lock.js';
import { tryLock } from '#src/host/lock.js';
import { inFolder } from './folder.js';

const MODULE = new URL('../../../../dist/host/file-lock.js', import.meta.url).href;

/** Adds to the number in a file again and again, in a process of its own. */
const ADDER = `
import { readFile, writeFile } from 'node:fs/promises';
const { withFileLock } = await import(${JSON.stringify(MODULE)});
const [, path, times] = process.argv;
for (let n = 0; n < Number(times); n += 1) {
  await withFileLock(path, async () => {
    await writeFile(path, String(Number(await readFile(path, 'utf8')) + 1));
  });
}
`;

async function add(path: string, times: number): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', ADDER, path, String(times)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  assert.deepEqual(await once(child, 'exit'), [0, null]);
}

describe('the lock of a file', () => {
  it('lets one process after the other, and is gone afterwards', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'number');
      await writeFile(path, '0');
      await Promise.all(Array.from({ length: 4 }, () => add(path, 25)));
      assert.equal(await readFile(path, 'utf8'), '100');
      assert.deepEqual(await readdir(folder), ['number']);
    }));

  it('gives what the work gives, and lets go when it fails', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'file');
      await assert.rejects(
        withFileLock(path, () => Promise.reject(new Error('work'))),
        /^Error: work$/,
      );
      assert.equal(await withFileLock(path, async () => 7), 7);
      assert.deepEqual(await readdir(folder), []);
    }));

  it('takes over from who died', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'file');
      await mkdir(`${path}.lock`);
      await writeFile(join(`${path}.lock`, 'lock.1'), JSON.stringify({ pid: 2 ** 30, started: 'never' }));
      assert.equal(await withFileLock(path, async () => 7), 7);
      assert.equal(await withFileLock(path, async () => 8), 8);
      assert.deepEqual(await readdir(folder), []);
    }));

  it('waits for who holds it', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'file');
      const held = await tryLock(`${path}.lock`);
      assert.ok(held !== undefined);
      const order: string[] = [];
      const waiting = withFileLock(path, async () => {
        order.push('second');
      });
      order.push('first');
      await held.release();
      await waiting;
      assert.deepEqual(order, ['first', 'second']);
    }));

  it('is done without where nothing can be written at all', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'plain'), '');
      assert.equal(await withFileLock(join(folder, 'plain', 'file'), async () => 7), 7);
    }));
});
