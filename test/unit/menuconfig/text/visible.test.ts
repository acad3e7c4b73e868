import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { visibleText } from '#src/menuconfig/text/visible.js';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });

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
