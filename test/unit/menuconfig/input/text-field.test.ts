import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Key } from '#src/menuconfig/input/key.js';
import { editField, fieldOf, type TextField } from '#src/menuconfig/input/text-field.js';
import { charactersOf } from '#src/menuconfig/text/width.js';

describe('a text field', () => {
  const edit = (field: TextField, ...keys: Key[]) => keys.reduce(editField, field);
  const text = (value: string): Key => ({ name: 'text', text: value });

  it('is edited as a line of readline', () => {
    const field = edit(fieldOf('one two'), { name: 'home' }, { name: 'delete' }, text('O'), { name: 'end' });
    assert.deepEqual(field, { text: 'One two', caret: 7 });
    assert.deepEqual(edit(field, { name: 'eraseWord' }), { text: 'One ', caret: 4 });
    assert.deepEqual(edit(field, { name: 'left' }, { name: 'backspace' }), { text: 'One to', caret: 5 });
    assert.deepEqual(edit(field, { name: 'left' }, { name: 'left' }, { name: 'eraseRest' }).text, 'One t');
    assert.deepEqual(edit(field, { name: 'left' }, { name: 'eraseLine' }), { text: 'o', caret: 0 });
  });

  it('goes over characters, not over their parts', () => {
    const family = fieldOf('a👨‍👩‍👧e');
    assert.deepEqual(edit(family, { name: 'left' }, { name: 'backspace' }), { text: 'ae', caret: 1 });
    assert.deepEqual(edit(fieldOf('e'), text('\u0301')), { text: 'e\u0301', caret: 1 });
  });

  it('keeps its caret inside, whatever is pressed, and does not grow without end', () => {
    const names = [
      'left',
      'right',
      'home',
      'end',
      'backspace',
      'delete',
      'eraseLine',
      'eraseRest',
      'eraseWord',
    ] as const;
    const key = fc.oneof(
      fc.constantFrom(...names).map((name): Key => ({ name })),
      fc.string({ unit: 'binary' }).map((value): Key => ({ name: 'paste', text: value })),
    );
    fc.assert(
      fc.property(fc.array(key), (keys) => {
        const field = edit(fieldOf('some text'), ...keys);
        assert.ok(field.caret >= 0 && field.caret <= charactersOf(field.text).length);
        assert.doesNotMatch(field.text, /\p{Cc}/u);
      }),
    );
    assert.equal(edit(fieldOf(''), { name: 'paste', text: 'x'.repeat(100_000) }).text.length, 4096);
  });
});
