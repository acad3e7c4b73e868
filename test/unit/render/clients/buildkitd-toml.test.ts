import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildkitdToml } from '#src/render/clients/buildkitd-toml.js';
import { ClientFileError } from '#src/render/clients/errors.js';
import { accessTo } from '../../../parts/access.js';

const access = accessTo('http://10.0.0.1:5000');

describe('buildkitd.toml', () => {
  it('keeps what is there, and names the mirror for each registry', () => {
    const made = buildkitdToml(access, 'debug = true\n');
    const lines = made.split('\n').filter((line) => !line.startsWith('#'));
    assert.deepEqual(lines, [
      'debug = true',
      '',
      '[registry."docker.io"]',
      '  mirrors = ["10.0.0.1:5000"]',
      '[registry."registry.example.com:5000"]',
      '  mirrors = ["10.0.0.1:5000"]',
      '[registry."10.0.0.1:5000"]',
      '  http = true',
      '',
    ]);
    assert.equal(buildkitdToml(access, made), made);
  });

  it('follows the mirror to another address', () => {
    const before = buildkitdToml(accessTo('http://10.0.0.9:5000'), 'debug = true\n');
    assert.equal(buildkitdToml(access, before), buildkitdToml(access, 'debug = true\n'));
  });

  it('speaks TLS to a mirror that does, with its authority when there is one', () => {
    assert.doesNotMatch(buildkitdToml(accessTo('https://mirror.lab'), ''), /http =|\[registry\."mirror/);
    assert.match(
      buildkitdToml(accessTo('https://mirror.lab', { ca: '/ca.pem' }), ''),
      /\[registry\."mirror\.lab"\]\n {2}ca = \["\/ca\.pem"\]\n/,
    );
  });

  it('does not make a second table for a registry', () => {
    const text = '[registry]\n[registry."docker.io"]\nmirrors = ["other"]\n';
    assert.throws(() => buildkitdToml(access, text), ClientFileError);
  });
});
