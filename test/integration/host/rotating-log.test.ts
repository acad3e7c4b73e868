import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { RotatingLog, type RotatingLogOptions } from '#src/host/rotating-log.js';
import { eventually } from '../cli/sandbox.js';
import { inFolder } from './folder.js';

const OPTIONS: RotatingLogOptions = {
  maxBytes: 1_000,
  keep: 2,
  maxPending: 4_000,
  retryAfter: 20,
  lostLine: (count, reason) => `lost ${count} (${reason})`,
};

const sh = promisify(execFile);

async function linesOf(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).split('\n').slice(0, -1);
}

describe('RotatingLog', () => {
  it('keeps every line, whole and in order, over bounded files', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.log');
      const log = new RotatingLog(path, { ...OPTIONS, keep: 100, maxPending: 1_000_000 });
      const lines = Array.from({ length: 500 }, (_, n) => `line ${n} ${'x'.repeat(n % 40)}`);
      for (const line of lines) log.write(line);
      await log.close();
      const count = (await readdir(folder)).length;
      assert.ok(count > 10);
      const found: string[] = [];
      for (let n = count - 1; n >= 0; n -= 1) {
        const file = n === 0 ? path : `${path}.${n}`;
        assert.ok((await stat(file)).size <= OPTIONS.maxBytes);
        found.push(...(await linesOf(file)));
      }
      assert.deepEqual(found, lines);
    }));

  it('keeps only so many files', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.log');
      const log = new RotatingLog(path, { ...OPTIONS, maxPending: 1_000_000 });
      for (let n = 0; n < 200; n += 1) log.write(`line ${n} ${'x'.repeat(50)}`);
      await log.close();
      assert.deepEqual((await readdir(folder)).toSorted(), ['a.log', 'a.log.1', 'a.log.2']);
      assert.match((await linesOf(path)).at(-1) ?? '', /^line 199 /);
    }));

  it('goes on with the file of an earlier process', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.log');
      await writeFile(path, 'before\n');
      const log = new RotatingLog(path, OPTIONS);
      log.write(Buffer.from('after\n'));
      await log.close();
      assert.deepEqual(await linesOf(path), ['before', 'after']);
    }));

  it('waits for a place to write to, drops the oldest when it is too much, and says how many', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'later', 'a.log');
      const log = new RotatingLog(path, { ...OPTIONS, maxBytes: 1_000_000 });
      for (let n = 0; n < 1_000; n += 1) log.write(`line ${n}`);
      await mkdir(join(folder, 'later'));
      const lines = await eventually(async () => {
        const found = await linesOf(path).catch(() => []);
        return found.at(-1) === 'line 999' ? found : undefined;
      });
      await log.close();
      const lost = Number(/^lost (\d+) \(ENOENT/.exec(lines[0] ?? '')?.[1]);
      assert.ok(lost > 0);
      assert.equal(lines[1], `line ${lost}`);
      assert.equal(lines.length, 1 + 1_000 - lost);
    }));

  it(
    'writes no line twice or in half over a full disk',
    { skip: process.getuid?.() !== 0 && 'needs root' },
    () =>
      inFolder(async (folder) => {
        const disk = join(folder, 'disk');
        await mkdir(disk);
        await sh('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
        try {
          await writeFile(join(disk, 'ballast'), Buffer.alloc(48 * 1024));
          const path = join(disk, 'a.log');
          const log = new RotatingLog(path, { ...OPTIONS, maxBytes: 1_000_000, maxPending: 1_000_000 });
          const lines = Array.from({ length: 600 }, (_, n) => `line ${n} ${'x'.repeat(30)}`);
          for (const [n, line] of lines.entries()) {
            log.write(line);
            if (n % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
          }
          await eventually(async () => ((await stat(path)).size > 8_000 ? true : undefined));
          await rm(join(disk, 'ballast'));
          await eventually(async () => ((await linesOf(path)).length >= lines.length ? true : undefined));
          await log.close();
          assert.deepEqual(await linesOf(path), lines);
        } finally {
          await sh('umount', [disk]);
        }
      }),
  );
});
