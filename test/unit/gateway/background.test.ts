import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isBackground } from '#src/gateway/background.js';
import { exchangeOf } from './exchanges.js';

describe('isBackground', () => {
  const isSo = (priority?: string) =>
    isBackground(exchangeOf({ headers: priority === undefined ? {} : { priority } }).exchange);

  it('is what says so by the lowest urgency of RFC 9218', () => {
    for (const value of ['u=7', 'u=7, i', 'i, u=7', 'i,u=7', 'u=7;x=1', ' u=7 '])
      assert.equal(isSo(value), true, value);
  });

  it('is nothing else', () => {
    for (const value of [undefined, '', 'u=3', 'u=70', 'u=6, i', 'iu=7', 'U=7', 'u="7"', 'x;u=7']) {
      assert.equal(isSo(value), false, value);
    }
  });
});
