import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { visibleText } from '#src/menuconfig/text/visible.js';
import { charactersOf, textWidth } from '#src/menuconfig/text/width.js';
import { clip, clipStart, wrapLine } from '#src/menuconfig/text/wrap.js';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });

describe('cutting a text', () => {
  it('never gives more columns than there are, nor loses characters by wrapping', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 30 }), (raw, width) => {
        const text = visibleText(raw);
        for (const line of wrapLine(text, width)) assert.ok(textWidth(line) <= width);
        const letters = (value: string) => charactersOf(value.replaceAll(' ', '')).join('');
        assert.equal(letters(wrapLine(text, width).join('')), letters(text));
        assert.ok(textWidth(clip(text, width)) <= width);
        assert.ok(textWidth(clipStart(text, width)) <= width);
      }),
    );
  });

  it('breaks between words and keeps the indentation', () => {
    assert.deepEqual(wrapLine('  one two three', 9), ['  one two', '  three']);
    assert.deepEqual(wrapLine('abcdefgh', 3), ['abc', 'def', 'gh']);
    assert.deepEqual(wrapLine('anything', 0), []);
    assert.deepEqual(wrapLine('', 5), ['']);
  });

  it('marks what is missing', () => {
    assert.equal(clip('abcdef', 4), 'abc…');
    assert.equal(clip('日本語', 4), '日…');
    assert.equal(clipStart('abcdef', 4, '~'), '~def');
    assert.equal(clip('ab', 0), '');
  });
});
