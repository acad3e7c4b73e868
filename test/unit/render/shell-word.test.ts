import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { shellWord } from '#src/render/shell-word.js';

const HOSTILE = [
  "'",
  '"',
  '$(id)',
  '`id`',
  '\\',
  '\n',
  ';',
  '&',
  '|',
  '~',
  '#',
  '*',
  ' ',
  '\t',
  '=',
  '-n',
  '!',
  'ä',
];

describe('shellWord', () => {
  it('leaves plain words as they are', () => {
    assert.equal(
      shellWord('--engine-registry-mirror=http://10.0.0.1:5000'),
      '--engine-registry-mirror=http://10.0.0.1:5000',
    );
    assert.equal(shellWord(''), "''");
    assert.equal(shellWord("it's"), `'it'\\''s'`);
  });

  it('is one word that a shell takes as exactly the text', () => {
    const texts = fc
      .sample(
        fc.oneof(
          fc.string(),
          fc.array(fc.constantFrom(...HOSTILE)).map((parts) => parts.join('')),
        ),
        300,
      )
      .map((text) => text.replaceAll('\0', ''));
    const script = `for word in ${texts.map(shellWord).join(' ')}; do printf '%s\\0' "$word"; done`;
    const output = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
    assert.deepEqual(output.split('\0').slice(0, -1), texts);
  });
});
