import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ComparedSymbol, compareSymbols } from '#src/kconfig/compare.js';

const int = (text: string): ComparedSymbol => ({ type: 'int', text });
const hex = (text: string): ComparedSymbol => ({ type: 'hex', text });
const string = (text: string): ComparedSymbol => ({ type: 'string', text });
const constant = (text: string): ComparedSymbol => ({ type: 'unknown', text });

describe('comparisons', () => {
  it('compares numbers as numbers', () => {
    assert.equal(compareSymbols('<', int('9'), constant('10')), true);
    assert.equal(compareSymbols('=', hex('0x10'), int('16')), true);
    assert.equal(compareSymbols('=', hex('1F'), hex('0x1f')), true);
    assert.equal(compareSymbols('>', int('-1'), int('-2')), true);
  });

  it('compares without signs where a hex is on a side', () => {
    assert.equal(compareSymbols('>', int('-1'), hex('0x10')), true);
  });

  it('compares two strings as strings, even of digits', () => {
    assert.equal(compareSymbols('<', string('10'), string('9')), true);
    assert.equal(compareSymbols('>', string('10'), constant('9')), true);
  });

  it('compares texts byte by byte where a side is no number', () => {
    assert.equal(compareSymbols('<', constant('a'), constant('b')), true);
    assert.equal(compareSymbols('<', string('a'), constant('ab')), true);
    assert.equal(compareSymbols('>', constant('ab'), string('a')), true);
    assert.equal(compareSymbols('<', string('\uFFFD'), constant('\u{1F600}')), true);
  });

  it('compares truth values by their letters where the other side is a constant', () => {
    assert.equal(compareSymbols('=', { type: 'bool', text: 'y' }, constant('y')), true);
    assert.equal(compareSymbols('<', { type: 'tristate', text: 'm' }, constant('n')), true);
    assert.equal(compareSymbols('>', { type: 'tristate', text: 'm' }, { type: 'bool', text: 'n' }), true);
  });

  it('knows every relation', () => {
    const holds = (['=', '!=', '<', '<=', '>', '>='] as const).filter((each) =>
      compareSymbols(each, int('1'), int('2')),
    );
    assert.deepEqual(holds, ['!=', '<', '<=']);
  });
});
