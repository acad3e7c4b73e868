import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { visibleText } from '#src/menuconfig/text/visible.js';
import { charactersOf, textWidth } from '#src/menuconfig/text/width.js';
import { clip, clipStart, wrapLine } from '#src/menuconfig/text/wrap.js';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });

describe('the width of a text', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['', 0],
    ['plain', 5],
    ['naïve', 5],
    ['nai\u0308ve', 5],
    ['日本', 4],
    ['한국', 4],
    ['\u1112\u1161\u11ab', 2],
    ['ｆｕｌｌ', 8],
    ['ﾊﾝｶｸ', 4],
    ['😀', 2],
    ['👨‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['❤', 1],
    ['❤️', 2],
    ['⌚', 2],
    ['─│┌', 3],
    ['→', 1],
    ['a\u200bb', 2],
    ['soft\u00adhyphen', 11],
    ['नमस्ते', 3],
    ['\u{20000}', 2],
  ];
  for (const [text, width] of cases) {
    it(`of ${JSON.stringify(text)} is ${width}`, () => assert.equal(textWidth(text), width));
  }
});

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

describe('a visible text', () => {
  it('holds nothing that a terminal obeys', () => {
    assert.equal(
      visibleText('a\x1b[2J\n\t\x07\x9b\u2028\u202e\ud800'),
      'a\\e[2J\\n\\t\\x07\\x9b\\u2028\\u202e\\ud800',
    );
    fc.assert(
      fc.property(anyText, (text) => assert.doesNotMatch(visibleText(text), /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u)),
    );
  });

  it('leaves letters of every language alone', () => {
    for (const text of ['plain', 'naïve', '日本語', '👨‍👩‍👧', 'नमस्ते']) assert.equal(visibleText(text), text);
  });
});
