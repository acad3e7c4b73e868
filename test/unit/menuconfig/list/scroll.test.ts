import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { KeyName } from '#src/menuconfig/input/key.js';
import { fitList, LIST_START, type ListPosition, moveInList } from '#src/menuconfig/list/scroll.js';

describe('a list that scrolls', () => {
  const move = (position: ListPosition, name: KeyName, count = 20, height = 5) =>
    moveInList(position, { name }, count, height);

  it('moves the cursor first, then the window', () => {
    assert.deepEqual(move(LIST_START, 'down'), { index: 1, top: 0 });
    assert.deepEqual(move({ index: 4, top: 0 }, 'down'), { index: 5, top: 1 });
    assert.deepEqual(move({ index: 5, top: 1 }, 'up'), { index: 4, top: 1 });
    assert.deepEqual(move({ index: 1, top: 1 }, 'up'), { index: 0, top: 0 });
  });

  it('moves by pages and to both ends, and stops there', () => {
    assert.deepEqual(move({ index: 1, top: 0 }, 'pagedown'), { index: 5, top: 4 });
    assert.deepEqual(move({ index: 5, top: 4 }, 'pageup'), { index: 1, top: 0 });
    assert.deepEqual(move(LIST_START, 'end'), { index: 19, top: 15 });
    assert.deepEqual(move({ index: 19, top: 15 }, 'down'), { index: 19, top: 15 });
    assert.deepEqual(move({ index: 19, top: 15 }, 'home'), LIST_START);
    assert.equal(move(LIST_START, 'enter'), undefined);
  });

  it('always shows the cursor, and no more blank lines than it must', () => {
    const number = fc.integer({ min: -5, max: 60 });
    fc.assert(
      fc.property(number, number, fc.nat(50), fc.nat(20), (index, top, count, height) => {
        const fitted = fitList({ index, top }, count, height);
        const shown = Math.max(1, height);
        assert.ok(fitted.index >= 0 && (count === 0 || fitted.index < count));
        assert.ok(fitted.top <= fitted.index && fitted.index < fitted.top + shown);
        assert.ok(fitted.top === 0 || fitted.top + shown <= count);
      }),
    );
  });
});
