import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textWidth } from '#src/menuconfig/text/width.js';

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
