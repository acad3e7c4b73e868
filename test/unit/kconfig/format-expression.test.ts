import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatExpression } from '#src/kconfig/format-expression.js';
import { configurationOf, symbolIn } from '../../parts/memory-sources.js';

function formatted(text: string): string {
  const value = symbolIn(configurationOf(`config X\n\tbool\n\tdefault ${text}\n`), 'X').defaults[0]?.value;
  return value === undefined ? '' : formatExpression(value);
}

describe('an expression as text', () => {
  it('has the brackets that it needs', () => {
    assert.equal(formatted('(A && B) || C'), 'A && B || C');
    assert.equal(formatted('A && (B || C)'), 'A && (B || C)');
    assert.equal(formatted('!(A || !B)'), '!(A || !B)');
    assert.equal(formatted('!A = y'), '!(A=y)');
    assert.equal(formatted('A = "some text" && B != m && C < 5'), 'A="some text" && B!=m && C<5');
  });

  it('says more about a symbol where asked to', () => {
    const configuration = configurationOf('config A\n\tbool "a"\nconfig X\n\tbool\n\tdefault !A && B\n');
    const value = symbolIn(configuration, 'X').defaults[0]?.value;
    assert.ok(value);
    assert.equal(
      formatExpression(value, (symbol) => `[=${configuration.value(symbol)}]`),
      '!A [=n] && B [=B]',
    );
  });
});
