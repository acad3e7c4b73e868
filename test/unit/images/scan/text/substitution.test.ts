import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lookupIn, substitute } from '#src/images/scan/text/substitution.js';

const VALUES = new Map([
  ['A', 'a'],
  ['EMPTY', ''],
  ['B', `\${A}b`],
  ['LOOP', '$LOOP'],
]);
const lookup = lookupIn([['here', VALUES]], 'it is not set');

describe('variables in a text', () => {
  // As the Compose reference has it, "Interpolation".
  const cases: readonly (readonly [text: string, result: string])[] = [
    ['plain', 'plain'],
    ['$A', 'a'],
    [`x\${A}y$A-z`, 'xaya-z'],
    [`\${B}`, 'ab'],
    [`\${NONE:-d}`, 'd'],
    [`\${NONE-d}`, 'd'],
    [`\${EMPTY:-d}`, 'd'],
    [`\${EMPTY-d}`, ''],
    [`\${A:-d}`, 'a'],
    [`\${A:+r}`, 'r'],
    [`\${A+r}`, 'r'],
    [`\${NONE:+r}`, ''],
    [`\${EMPTY:+r}`, ''],
    [`\${EMPTY+r}`, 'r'],
    [`\${A:?no}`, 'a'],
    [`\${NONE:-\${ALSO:-\${A}}}`, 'a'],
    ['$$A', '$A'],
    ['$', '$'],
    ['$1', '$1'],
    [`\${A`, `\${A`],
    [`\${A/b/c}`, `\${A/b/c}`],
  ];
  for (const [text, result] of cases) {
    it(`${text} is "${result}"`, () => {
      assert.deepEqual(
        [substitute(text, lookup, '$').text, substitute(text, lookup, '$').missing],
        [result, undefined],
      );
    });
  }

  it('say which one is missing, and where values came from', () => {
    assert.equal(substitute('x$NONE', lookup, '$').missing, 'the variable NONE: it is not set');
    assert.equal(substitute(`\${EMPTY:?no}`, lookup, '$').missing, 'the variable EMPTY: it is empty');
    assert.equal(substitute('$LOOP', lookup, '$').missing, 'the variable LOOP leads in a circle');
    assert.deepEqual(substitute(`$B\${X:-1}`, lookup, '$').from, [
      'B from here',
      'A from here',
      'X from its default',
    ]);
  });

  it('are not looked for behind the character that takes their meaning away', () => {
    assert.equal(substitute('\\$A$A', lookup, '\\').text, '$Aa');
    assert.equal(substitute(`^\${A}`, lookup, '^').text, `\${A}`);
  });

  it('leave every text as it is that has none', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('$')),
        (text) => {
          assert.equal(substitute(text, lookup, '$').text, text);
        },
      ),
    );
  });
});
