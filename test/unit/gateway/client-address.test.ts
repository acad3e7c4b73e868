import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isLoopbackAddress } from '#src/gateway/client-address.js';

describe('isLoopbackAddress', () => {
  for (const address of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1']) {
    it(`${address} is one`, () => assert.equal(isLoopbackAddress(address), true));
  }
  for (const address of [
    undefined,
    '',
    '10.0.0.1',
    '128.0.0.1',
    '::',
    '::2',
    '::ffff:10.0.0.1',
    '127.evil',
    '1127.0.0.1',
  ]) {
    it(`${address} is none`, () => assert.equal(isLoopbackAddress(address), false));
  }
});
