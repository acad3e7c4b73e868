import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createProgress } from '#src/cli/live/progress.js';

describe('progress', () => {
  it('counts the bytes of what has begun, and says whether that is all', () => {
    const progress = createProgress();
    progress.expect(2);
    progress.begin('a', 100);
    progress.add('a', 40, 0);
    const one = progress.state(2_000);
    assert.deepEqual([one.over, one.all, one.done, one.total, one.isWhole], [0, 2, 40, 100, false]);
    assert.deepEqual(one.tasks, [{ name: 'a', done: 40, total: 100, rate: 20 }]);
    progress.begin('b', 10);
    assert.equal(progress.state(2_000).isWhole, true);
    assert.equal(progress.state(2_000).total, 110);
  });

  it('counts what ended early as what it had', () => {
    const progress = createProgress();
    progress.expect(2);
    progress.begin('a', 100);
    progress.add('a', 40, 0);
    progress.end('a');
    progress.end('never begun');
    const { over, done, total, tasks } = progress.state(0);
    assert.deepEqual([over, done, total, tasks], [2, 40, 40, []]);
  });

  it('makes room for what is sent again', () => {
    const progress = createProgress();
    progress.begin('a', 100);
    progress.add('a', 130, 0);
    assert.equal(progress.state(0).total, 130);
    progress.begin('a', 50);
    assert.equal(progress.state(0).total, 180);
  });

  it('takes bytes of something that was not begun', () => {
    const progress = createProgress();
    progress.expect(1);
    progress.add('a', 5, 0);
    const { tasks, isWhole } = progress.state(0);
    assert.deepEqual(tasks, [{ name: 'a', done: 5, total: undefined, rate: undefined }]);
    assert.equal(isWhole, false);
  });
});
