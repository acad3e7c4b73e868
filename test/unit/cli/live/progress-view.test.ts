import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ProgressState, Task } from '#src/cli/live/progress.js';
import { progressLines } from '#src/cli/live/progress-view.js';

const OPTIONS = { noun: 'image', isUnicode: true };
const MB = 1_000_000;

function task(name: string, done: number, total: number | undefined, rate?: number): Task {
  return { name, done, total, rate };
}

function state(changes: Partial<ProgressState>): ProgressState {
  const tasks = changes.tasks ?? [];
  return {
    tasks,
    over: 0,
    all: tasks.length,
    done: tasks.reduce((sum, { done }) => sum + done, 0),
    total: tasks.reduce((sum, { total }) => sum + (total ?? 0), 0),
    rate: undefined,
    isWhole: true,
    notice: undefined,
    ...changes,
  };
}

const TWO = [task('redis:7-alpine', 24 * MB, 48 * MB, 12 * MB), task('ghcr.io/owner/app:1.4', 0, 120 * MB)];

describe('the lines of progress', () => {
  it('are one for each image, and one for all with the rate and the time left', () => {
    assert.deepEqual(
      progressLines(
        state({ tasks: TWO, over: 1, all: 3, rate: 12 * MB }),
        { columns: 80, rows: 24 },
        OPTIONS,
      ),
      [
        'redis:7-alpine         ████████████░░░░░░░░░░░░░  24.0 MB of 48.0 MB  12.0 MB/s',
        'ghcr.io/owner/app:1.4  ░░░░░░░░░░░░░░░░░░░░░░░░░      0 B of  120 MB',
        '1 of 3 images, 24.0 MB of 168 MB, 12.0 MB/s, 15 s left',
      ],
    );
  });

  it('say no time left, and no sum, while it is not known what is to come', () => {
    const lines = progressLines(
      state({ tasks: TWO, all: 9, rate: 12 * MB, isWhole: false }),
      { columns: 80, rows: 24 },
      OPTIONS,
    );
    assert.equal(lines.at(-1), '0 of 9 images, 24.0 MB, 12.0 MB/s');
    const stalled = progressLines(state({ tasks: TWO, rate: 0 }), { columns: 80, rows: 24 }, OPTIONS);
    assert.equal(stalled.at(-1), '0 of 2 images, 24.0 MB of 168 MB, 0 B/s');
  });

  it('leave out the rate, then the bytes, where there are few columns, and the images where there are hardly any', () => {
    const at = (columns: number) => progressLines(state({ tasks: TWO }), { columns, rows: 24 }, OPTIONS);
    assert.deepEqual(at(60).slice(0, 2), [
      'redis:7-alpine         ████████░░░░░░░░  24.0 MB of 48.0 MB',
      'ghcr.io/owner/app:1.4  ░░░░░░░░░░░░░░░░      0 B of  120 MB',
    ]);
    assert.deepEqual(at(40).slice(0, 2), [
      'redis:7-alpine        █████░░░░░   50 %',
      '…cr.io/owner/app:1.4  ░░░░░░░░░░    0 %',
    ]);
    assert.deepEqual(at(39), ['0 of 2 images, 24.0 MB of 168 MB']);
    assert.deepEqual(at(20), ['0 of 2 images']);
    assert.deepEqual(at(8), ['…images']);
  });

  it('are the largest images where there are more than rows, where they were', () => {
    const tasks = Array.from({ length: 12 }, (_, i) => task(`i${i}`, 0, (i % 4) * MB));
    const lines = progressLines(state({ tasks }), { columns: 80, rows: 9 }, OPTIONS);
    assert.deepEqual(
      lines.map((line) => line.split(' ')[0]),
      ['i2', 'i3', 'i7', 'i11', '+8', '0'],
    );
    assert.equal(lines[4], '+8 more');
    assert.equal(progressLines(state({ tasks }), { columns: 80, rows: 4 }, OPTIONS).length, 1);
    assert.equal(progressLines(state({ tasks }), { columns: 80, rows: 100 }, OPTIONS).length, 9);
  });

  it('need nothing but ASCII where there is nothing else', () => {
    const lines = progressLines(
      state({ tasks: TWO, notice: 'bis 12 Uhr – dann' }),
      { columns: 50, rows: 24 },
      {
        noun: 'image',
        isUnicode: false,
      },
    );
    assert.ok(
      lines.every((line) => /^[\x20-\x7e]*$/.test(line)),
      lines.join('\n'),
    );
    assert.ok(lines.includes('bis 12 Uhr ? dann'));
  });

  it('are never too wide nor too many, whatever there is', () => {
    const tasks = fc.array(
      fc.record({
        name: fc.string({ unit: 'binary', maxLength: 90 }),
        done: fc.nat(5_000_000_000),
        total: fc.option(fc.nat(5_000_000_000), { nil: undefined }),
        rate: fc.option(fc.nat(5_000_000_000), { nil: undefined }),
      }),
      { maxLength: 30 },
    );
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 300 }),
      rows: fc.integer({ min: 1, max: 60 }),
    });
    const rate = fc.option(fc.nat(5_000_000_000), { nil: undefined });
    fc.assert(
      fc.property(tasks, size, rate, fc.boolean(), (each, at, speed, isUnicode) => {
        const lines = progressLines(state({ tasks: each, rate: speed }), at, { noun: 'image', isUnicode });
        assert.ok(
          lines.length >= 1 && (lines.length === 1 || lines.length < at.rows),
          `${lines.length} lines`,
        );
        for (const line of lines) {
          assert.ok(line.length < Math.max(at.columns, 2), `${line.length} columns: ${line}`);
          assert.match(line, /^[\x20-\x7e█░…]*$/);
        }
      }),
    );
  });
});
