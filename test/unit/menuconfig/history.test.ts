import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { History } from '#src/menuconfig/history.js';

describe('a history', () => {
  it('goes back and forth', () => {
    const history = new History<number>();
    assert.equal(history.undo(0), undefined);
    history.note(1);
    history.note(2);
    assert.equal(history.undo(3), 2);
    assert.equal(history.undo(2), 1);
    assert.equal(history.undo(1), undefined);
    assert.equal(history.redo(1), 2);
    assert.equal(history.redo(2), 3);
    assert.equal(history.redo(3), undefined);
  });

  it('forgets what was undone when something else is done, and what is too long ago', () => {
    const history = new History<number>(2);
    for (const value of [1, 2, 3]) history.note(value);
    assert.equal(history.undo(4), 3);
    history.note(3);
    assert.equal(history.redo(5), undefined);
    assert.deepEqual([history.undo(5), history.undo(3), history.undo(2)], [3, 2, undefined]);
  });
});
