import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isNumber, parseNumber } from '#src/kconfig/number.js';

describe('numbers', () => {
  it('takes ints without leading zeros and hexes with or without 0x', () => {
    for (const text of ['0', '-1', '5000', '-0']) assert.equal(isNumber(text, 'int'), true, text);
    for (const text of ['', '-', '007', '+1', '1 ', ' 1', '0x1', '1e3'])
      assert.equal(isNumber(text, 'int'), false, text);
    for (const text of ['0x1F', '1f', '0X0', 'ff']) assert.equal(isNumber(text, 'hex'), true, text);
    for (const text of ['', '0x', '-1', 'g', '0x1 ']) assert.equal(isNumber(text, 'hex'), false, text);
  });

  it('reads what strtoll reads', () => {
    assert.deepEqual(parseNumber(' 12abc', 10), { value: 12n, isWhole: false });
    assert.deepEqual(parseNumber('-12', 10), { value: -12n, isWhole: true });
    assert.deepEqual(parseNumber('', 10), { value: 0n, isWhole: false });
    assert.deepEqual(parseNumber('x', 10), { value: 0n, isWhole: false });
  });

  it('tells the base by the prefix when none is given', () => {
    assert.deepEqual(parseNumber('0x10', 0), { value: 16n, isWhole: true });
    assert.deepEqual(parseNumber('010', 0), { value: 8n, isWhole: true });
    assert.deepEqual(parseNumber('08', 0), { value: 0n, isWhole: false });
    assert.deepEqual(parseNumber('10', 0), { value: 10n, isWhole: true });
    assert.deepEqual(parseNumber('0x', 0), { value: 0n, isWhole: false });
  });

  it('cuts to 64 bits', () => {
    assert.deepEqual(parseNumber('9223372036854775807', 10), { value: 2n ** 63n - 1n, isWhole: true });
    assert.deepEqual(parseNumber('9223372036854775808', 10), { value: 2n ** 63n - 1n, isWhole: false });
    assert.deepEqual(parseNumber('-9223372036854775809', 10), { value: -(2n ** 63n), isWhole: false });
    assert.deepEqual(parseNumber('ffffffffffffffff', 16, true), { value: 2n ** 64n - 1n, isWhole: true });
    assert.deepEqual(parseNumber('-1', 16, true), { value: 2n ** 64n - 1n, isWhole: true });
  });
});
