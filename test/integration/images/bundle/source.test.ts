import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openVolumes } from '#src/images/bundle/source.js';
import { Tape } from '#src/images/bundle/tape.js';
import { randomBytesOf } from '../../../parts/layers.js';
import { type TempFolder, tempFolder } from '../../../parts/temp.js';

const { signal } = new AbortController();

describe('volumes of a bundle', () => {
  let folder: TempFolder;
  const bytes = randomBytesOf('volumes', 3_500_000);
  beforeEach(async () => {
    folder = await tempFolder('dm-volumes');
    for (let number = 0; number < 4; number += 1) {
      await writeFile(
        folder.file(`x.tar.00${number}`),
        bytes.subarray(number * 1_000_000, (number + 1) * 1_000_000),
      );
    }
  });
  afterEach(() => folder.close());

  it('are read as one, from anywhere and back', async () => {
    const source = await openVolumes(folder.file('x.tar.000'), 'x', [], async () => false);
    const tape = new Tape(source, signal);
    for (const [position, length] of [
      [0, 10],
      [999_990, 20],
      [2_100_000, 1_300_000],
      [5, 100],
      [3_499_999, 50],
    ] as const) {
      assert.ok(await tape.goTo(position));
      assert.ok((await tape.take(length)).equals(bytes.subarray(position, position + length)), `${position}`);
    }
    await source.close();
  });

  it('are asked for when they are not there, and taken when they are then', async () => {
    await rename(folder.file('x.tar.002'), folder.file('elsewhere'));
    const asked: string[] = [];
    const source = await openVolumes(folder.file('x.tar.000'), 'x', [], async (path) => {
      asked.push(path);
      if (asked.length === 2) await rename(folder.file('elsewhere'), path);
      return true;
    });
    const all = await new Tape(source, signal).take(4_000_000);
    assert.ok(all.equals(bytes));
    assert.deepEqual(asked, [folder.file('x.tar.002'), folder.file('x.tar.002')]);
    await source.close();
  });

  it('end where one is shorter than the first, and an empty one is nothing', async () => {
    await writeFile(folder.file('x.tar.001'), bytes.subarray(1_000_000, 1_500_000));
    const source = await openVolumes(folder.file('x.tar.000'), 'x', [], async () => false);
    assert.equal((await new Tape(source, signal).take(4_000_000)).length, 1_500_000);
    await source.close();
    await writeFile(folder.file('x.tar.000'), '');
    const empty = await openVolumes(folder.file('x.tar.000'), 'x', [], async () => false);
    assert.equal((await new Tape(empty, signal).take(10)).length, 0);
    await empty.close();
  });
});
