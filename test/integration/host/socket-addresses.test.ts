import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { describe, it } from 'node:test';
import { AddressError, socketAddresses } from '#src/host/socket-addresses.js';

const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
);

describe('socketAddresses', () => {
  it('are numbers, each once', async () => {
    const loopback = ['127.0.0.1:5000', ...(hasIpv6 ? ['[::1]:5000'] : [])];
    assert.deepEqual(await socketAddresses([{ host: 'localhost', port: 5000 }]), loopback);
    assert.deepEqual(
      await socketAddresses([
        { host: '10.0.0.1', port: 5000 },
        { host: 'fd00::1', port: 5000 },
        { host: '10.0.0.1', port: 5000 },
      ]),
      ['10.0.0.1:5000', '[fd00::1]:5000'],
    );
    assert.deepEqual(await socketAddresses([{ host: '', port: 5000 }]), ['5000']);
  });

  it('names the name that stands for none', async () => {
    await assert.rejects(socketAddresses([{ host: 'nothing.invalid', port: 1 }]), (error: unknown) => {
      assert.ok(error instanceof AddressError);
      assert.match(error.message, /nothing\.invalid/);
      return true;
    });
  });
});
