import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseNfsClient } from '#src/settings/nfs-client.js';

const GOOD = [
  '10.0.0.0/8',
  '192.168.99.0/255.255.255.0',
  '10.0.0.5',
  'fc00::/7',
  '::/0',
  'fd00::1',
  'build-1.lab.example',
  'host',
  'host.',
  '*',
  '*.lab.example',
  'node?.lab',
  'node[0-9].lab',
  '@trusted',
  '@lab-hosts_1.x',
];

const BAD = [
  '',
  '10.0.0.0/33',
  '10.0.0.0/08',
  '10.0.0.0/',
  '10.0.0.0/255.0.255.0',
  'fc00::/129',
  'fc00::/255.0.0.0',
  '10.0.0.256',
  '10.0.0',
  'host/24',
  '-rw',
  '--',
  'host(rw)',
  '*(rw,no_root_squash)',
  'a,b',
  'a b',
  'a\tb',
  'a\nb',
  '"a"',
  'a\\040b',
  'a#b',
  '#',
  '@',
  '@-x',
  '@a b',
  'a..b',
  '.a',
  'a=b',
  '[a',
  'a]',
  '[!a]',
  'gss/krb5',
  'é',
  `${'a'.repeat(254)}`,
];

describe('who may mount a folder', () => {
  it('is an address, a network, a name, a wildcard or a netgroup', () => {
    for (const text of GOOD) assert.deepEqual(parseNfsClient(text), { value: text });
  });

  it('is nothing else', () => {
    for (const text of BAD) assert.ok('expected' in parseNfsClient(text), JSON.stringify(text));
  });

  it('never is anything that means more in an exports file', () => {
    const pieces = fc.constantFrom(...GOOD, ...BAD, '(', ')', ',', ' ', '"', '\\', '#', '-', '=', '\n', 'rw');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 4 }), (parts) => {
        const text = parts.join('');
        const parsed = parseNfsClient(text);
        if ('value' in parsed) assert.match(parsed.value, /^[A-Za-z0-9*?@[_:][A-Za-z0-9*?@[\]._:/-]*$/);
      }),
      { numRuns: 5_000 },
    );
  });
});
