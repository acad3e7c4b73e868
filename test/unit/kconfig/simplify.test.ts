import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Configuration } from '#src/kconfig/configuration.js';
import type { Expression, Relation } from '#src/kconfig/expression.js';
import { formatExpression } from '#src/kconfig/format-expression.js';
import { normalize } from '#src/kconfig/rewrite.js';
import { withoutDuplicates } from '#src/kconfig/simplify.js';
import { configurationOf, symbolIn } from '../../parts/memory-sources.js';

const TRUTHS = ['A', 'B', 'T', 'U'];
const TREE = `config MODULES\n\tbool "m"\n\tmodules\n\tdefault y\n${TRUTHS.map(
  (name, index) => `config ${name}\n\t${index < 2 ? 'bool' : 'tristate'} "${name}"\n`,
).join('')}`;

function expressions(configuration: Configuration): fc.Arbitrary<Expression> {
  const { letters } = configuration.kconfig;
  const symbol = fc.constantFrom(...TRUTHS.map((name) => symbolIn(configuration, name)));
  const letter = fc.constantFrom(letters.yes, letters.module, letters.no);
  return fc.letrec<{ expression: Expression }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4 },
      symbol.map((each): Expression => ({ kind: 'symbol', symbol: each })),
      letter.map((each): Expression => ({ kind: 'symbol', symbol: each })),
      fc
        .record({ relation: fc.constantFrom<Relation>('=', '!='), left: symbol, right: letter })
        .map((each): Expression => ({ kind: 'comparison', ...each })),
      tie('expression').map((operand): Expression => ({ kind: 'not', operand })),
      fc
        .record({
          kind: fc.constantFrom('and' as const, 'or' as const),
          left: tie('expression'),
          right: tie('expression'),
        })
        .map((each): Expression => each),
    ),
  })).expression;
}

describe('simpler expressions', () => {
  it('have the value of the expression that they were', () => {
    const configuration = configurationOf(TREE);
    const { letters } = configuration.kconfig;
    const values = fc.tuple(
      ...TRUTHS.map((_, index) => fc.constantFrom(...(index < 2 ? ['n', 'y'] : ['n', 'm', 'y']))),
    );
    fc.assert(
      fc.property(expressions(configuration), values, (expression, given) => {
        for (const [index, name] of TRUTHS.entries()) {
          configuration.set(symbolIn(configuration, name), given[index] ?? 'n');
        }
        const normal = normalize(expression, letters);
        const simple = withoutDuplicates(normal, letters);
        const value = configuration.evaluate(expression);
        assert.equal(configuration.evaluate(normal), value, formatExpression(normal));
        assert.equal(configuration.evaluate(simple), value, formatExpression(simple));
      }),
      { numRuns: 2000 },
    );
  });

  it('say nothing twice', () => {
    const configuration = configurationOf(
      `${TREE}config X\n\tbool "x"\n\tdepends on A && (B && A) && y && B\n`,
    );
    const dependency = symbolIn(configuration, 'X').nodes[0]?.dependency;
    assert.equal(dependency && formatExpression(dependency), 'A && B');
  });

  it('join what two operands say about one symbol', () => {
    const joined = (text: string): string => {
      const configuration = configurationOf(`${TREE}config X\n\tbool "x"\n\tdepends on ${text}\n`);
      const dependency = symbolIn(configuration, 'X').nodes[0]?.dependency;
      return dependency === undefined ? '' : formatExpression(dependency);
    };
    assert.equal(joined('T=y || T=m'), 'T!=n');
    assert.equal(joined('T=y || T=n'), 'T!=m');
    assert.equal(joined('T!=y && T!=n'), 'T=m');
    assert.equal(joined('T && T=y'), 'T=y');
    assert.equal(joined('T && T!=m'), 'T=y');
    assert.equal(joined('T=y && T!=y'), 'n');
    assert.equal(joined('A || !A'), 'y');
    assert.equal(joined('A=y && !(B!=n)'), 'A && !B');
    assert.equal(joined('!(A || T=m)'), '!A && T!=m');
  });
});
