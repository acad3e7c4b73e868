import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LineSplitter } from '#src/host/line-splitter.js';

function split(chunks: readonly string[], maxLine?: number): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line.toString()), maxLine);
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'ü', '\n', '') })), (chunks) => {
        const whole = chunks.join('').split('\n');
        if (whole.at(-1) === '') whole.pop();
        assert.deepEqual(split(chunks), whole);
      }),
    );
  });

  it('keeps empty lines and a last line without an end', () => {
    assert.deepEqual(split(['\n\na']), ['', '', 'a']);
  });

  it('cuts a line that never ends', () => {
    assert.deepEqual(split(['abcdef', 'ghij\nk'], 4), ['abcd', 'efgh', 'ij', 'k']);
  });
});
