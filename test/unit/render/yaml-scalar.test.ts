import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { yamlScalar } from '#src/render/yaml-scalar.js';

const HOSTILE = fc.constantFrom(
  '\n',
  '\r',
  '\u0085',
  '\u2028',
  '\u0000',
  '"',
  "'",
  '\\',
  '#',
  ': ',
  '- ',
  '{{',
  '}}',
  '&a',
  '*a',
  '!!js',
  '\t',
  '\ufeff',
  '%YAML',
  '---',
);

describe('yamlScalar', () => {
  it('is one line that reads back as exactly the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(HOSTILE).map((parts) => parts.join('x')),
    );
    fc.assert(
      fc.property(text, (value) => {
        const scalar = yamlScalar(value);
        assert.doesNotMatch(scalar, /[\n\r\u0085\u2028\u2029]/);
        assert.deepEqual(parse(`a: ${scalar}\nb: 1\n`), { a: value, b: 1 });
      }),
      { numRuns: 500 },
    );
  });
});
