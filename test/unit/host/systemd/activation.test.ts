import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { activatedDescriptors, addressMismatch } from '#src/host/systemd/activation.js';

describe('activatedDescriptors', () => {
  it('are those that systemd opened for this process', () => {
    assert.deepEqual(activatedDescriptors({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 7), [3, 4]);
  });

  it('are none when they were meant for another process, or nothing sensible is said', () => {
    assert.equal(activatedDescriptors({}, 7), undefined);
    assert.equal(activatedDescriptors({ LISTEN_PID: '8', LISTEN_FDS: '2' }, 7), undefined);
    for (const count of ['', '0', '-1', '1.5', 'x', '1000000']) {
      assert.equal(activatedDescriptors({ LISTEN_PID: '7', LISTEN_FDS: count }, 7), undefined, count);
    }
    assert.equal(activatedDescriptors({ LISTEN_PID: '7' }, 7), undefined);
  });
});

describe('addressMismatch', () => {
  const loopback = [
    { address: '127.0.0.1', port: 5000 },
    { address: '::1', port: 5000 },
  ];

  it('is nothing when both say the same', () => {
    const wanted = [
      { host: '127.0.0.1', port: 5000 },
      { host: '::1', port: 5000 },
    ];
    assert.equal(addressMismatch(wanted, loopback), undefined);
    assert.equal(addressMismatch([{ host: '', port: 1 }], [{ address: '::', port: 1 }]), undefined);
    assert.equal(addressMismatch([{ host: 'mirror.example.com', port: 5000 }], loopback), undefined);
  });

  it('tells what is missing, and what is more', () => {
    assert.equal(
      addressMismatch([{ host: '127.0.0.1', port: 5001 }], [{ address: '127.0.0.1', port: 5000 }]),
      "systemd's socket listens on 127.0.0.1 port 5000; the configuration wants 127.0.0.1 port 5001",
    );
    assert.match(
      addressMismatch([{ host: '127.0.0.1', port: 5000 }], loopback) ?? '',
      /listens on ::1 port 5000$/,
    );
    assert.match(
      addressMismatch([{ host: '', port: 5000 }], loopback) ?? '',
      /wants every address port 5000$/,
    );
    assert.match(addressMismatch([{ host: 'a.example.com', port: 5001 }], loopback) ?? '', /port 5000/);
  });
});
