import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressesOf, hostPort, reachable } from '#src/host/address.js';

describe('addresses', () => {
  it('take localhost as both loopback families', () => {
    assert.deepEqual(addressesOf({ host: 'localhost', port: 5000 }).map(hostPort), [
      '127.0.0.1:5000',
      '[::1]:5000',
    ]);
    assert.deepEqual(addressesOf({ host: '', port: 5000 }), [{ host: '', port: 5000 }]);
  });

  it('are reached by loopback when they are every address', () => {
    assert.equal(reachable({ host: '', port: 1 }).host, '127.0.0.1');
    assert.equal(reachable({ host: '0.0.0.0', port: 1 }).host, '127.0.0.1');
    assert.equal(reachable({ host: '::', port: 1 }).host, '::1');
    assert.equal(reachable({ host: '10.0.0.1', port: 1 }).host, '10.0.0.1');
  });
});
