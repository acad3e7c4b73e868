import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isLocked, tryLock } from '#src/host/lock.js';
import { inFolder } from './folder.js';

const LOCK_MODULE = new URL('../../../../dist/host/lock.js', import.meta.url).href;

/** A process that tries to take the lock, says "got" or "busy", and keeps what it has until its input ends. */
function contender(folder: string) {
  const code = `import { tryLock } from ${JSON.stringify(LOCK_MODULE)};
    const lock = await tryLock(${JSON.stringify(folder)});
    console.log(lock ? 'got' : 'busy');
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { child, answer: once(child.stdout, 'data').then(([data]) => String(data).trim()) };
}

describe('tryLock', () => {
  it('is held once, and given back', () =>
    inFolder(async (folder) => {
      const lock = await tryLock(folder);
      assert.ok(lock);
      assert.ok(await isLocked(folder));
      assert.equal(await tryLock(folder), undefined);
      await lock.release();
      assert.equal(await isLocked(folder), false);
      assert.ok(await tryLock(folder));
      assert.equal((await readdir(folder)).length, 1, 'older ones are removed');
    }));

  it('is given to one of many processes, and to another after a kill -9', () =>
    inFolder(async (folder) => {
      for (let round = 0; round < 2; round += 1) {
        const all = Array.from({ length: 4 }, () => contender(folder));
        try {
          const answers = await Promise.all(all.map(({ answer }) => answer));
          assert.deepEqual(answers.toSorted(), ['busy', 'busy', 'busy', 'got']);
        } finally {
          const gone = all.map(({ child }) => once(child, 'exit'));
          for (const { child } of all) child.kill('SIGKILL');
          await Promise.all(gone);
        }
      }
    }));

  it('is not held by a file that a power cut left empty or in half', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'lock.7'), '{"pid": 1, "sta');
      assert.equal(await isLocked(folder), false);
      assert.ok(await tryLock(folder));
      assert.deepEqual(await readdir(folder), ['lock.8']);
    }));

  it('is not taken from its holder by who found another one abandoned, before the folder was made anew', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'lock');
      await mkdir(path);
      // Whoever reads this one waits until it is told what stands in it.
      const slow = join(path, 'lock.1');
      execFileSync('mkfifo', [slow]);
      const late = tryLock(path);
      const pipe = await open(slow, 'w');
      await rename(path, join(folder, 'gone'));
      const held = await tryLock(path);
      assert.ok(held);
      await pipe.writeFile(JSON.stringify({ pid: 2 ** 30, started: 'never' }));
      await pipe.close();
      assert.equal(await late, undefined);
      assert.deepEqual(await readdir(path), ['lock.1']);
      assert.ok(await isLocked(path));
      await held.release();
    }));

  it('holds for many turns in one process', () =>
    inFolder(async (folder) => {
      let inside = 0;
      let turns = 0;
      const worker = async () => {
        while (turns < 30) {
          const lock = await tryLock(folder);
          if (lock === undefined) continue;
          inside += 1;
          assert.equal(inside, 1);
          turns += 1;
          inside -= 1;
          await lock.release();
        }
      };
      await Promise.all([worker(), worker(), worker()]);
    }));
});
