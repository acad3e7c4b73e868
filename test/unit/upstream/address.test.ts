import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { privateKind } from '#src/upstream/address.js';

describe('privateKind', () => {
  for (const [kind, addresses] of [
    [
      'loopback',
      [
        '127.0.0.1',
        '127.255.255.254',
        '0.0.0.0',
        '0.1.2.3',
        '::1',
        '::',
        '0:0:0:0:0:0:0:1',
        '::ffff:127.0.0.1',
        '::ffff:7f00:1',
        '::127.0.0.1',
        '64:ff9b::127.0.0.1',
        '2002:7f00:1::',
        '::ffff:0.0.0.0',
      ],
    ],
    [
      'link-local',
      [
        '169.254.169.254',
        'fe80::1',
        'fe80::1%eth0',
        'febf:ffff::1',
        '::ffff:169.254.1.1',
        '64:ff9b::a9fe:a9fe',
      ],
    ],
    [
      undefined,
      [
        '8.8.8.8',
        '10.0.0.1',
        '192.168.1.1',
        '128.0.0.1',
        '169.253.0.1',
        '::2:3:4',
        '2001:db8::1',
        'fec0::1',
        'fe7f::1',
        'fd00::1',
        '::ffff:8.8.8.8',
        'localhost',
        '',
      ],
    ],
  ] as const) {
    for (const address of addresses) {
      it(`takes ${address} for ${kind}`, () => assert.equal(privateKind(address), kind));
    }
  }
});
