import assert from 'node:assert/strict';
import { appendFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { followLines, lastLines } from '#src/host/tail.js';
import { eventually } from '../cli/sandbox.js';
import { inFolder } from './folder.js';

describe('lastLines', () => {
  it('reads the end of a file of any size', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a');
      const lines = Array.from({ length: 5_000 }, (_, n) => `line ${n} ${'ü'.repeat(n % 60)}`);
      await writeFile(path, `${lines.join('\n')}\n`);
      for (const count of [0, 1, 10, 3_000, 9_999]) {
        assert.deepEqual(await lastLines(path, count), count === 0 ? [] : lines.slice(-count), String(count));
      }
      await writeFile(path, 'a\n\nlast without an end');
      assert.deepEqual(await lastLines(path, 2), ['', 'last without an end']);
      assert.deepEqual(await lastLines(join(folder, 'nothing'), 5), []);
    }));
});

describe('followLines', () => {
  it('goes on with the new file when the old one is set aside, and misses nothing', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a');
      const seen: string[] = [];
      const stop = new AbortController();
      await writeFile(path, 'old\n');
      const following = followLines(path, (line) => seen.push(line), stop.signal);
      const until = (line: string) => eventually(async () => (seen.includes(line) ? true : undefined));
      // The position is taken a moment after the call: begin when it follows.
      await eventually(async () => {
        if (seen.length === 0) await appendFile(path, 'begin\n');
        return seen.length > 0 ? true : undefined;
      });
      await appendFile(path, 'one\ntw');
      await until('one');
      await appendFile(path, 'o\n');
      await rename(path, `${path}.1`);
      await writeFile(path, 'three\n');
      await until('three');
      stop.abort();
      await following;
      assert.deepEqual(
        seen.filter((line) => line !== 'begin'),
        ['one', 'two', 'three'],
      );
    }));
});
