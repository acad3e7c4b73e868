import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hostsFiles } from '#src/render/clients/hosts-toml.js';
import { accessTo } from '../../../parts/access.js';

describe('hosts.toml', () => {
  it('names the mirror first, and the real registry for what it does not answer', () => {
    const [hub, other] = hostsFiles(accessTo('http://10.0.0.1:5000'), '/etc/containerd/certs.d');
    assert.equal(hub?.path, '/etc/containerd/certs.d/docker.io/hosts.toml');
    assert.equal(
      hub?.content.replace(/^#.*\n/, ''),
      [
        'server = "https://registry-1.docker.io"',
        '',
        '[host."http://10.0.0.1:5000"]',
        '  capabilities = ["pull", "resolve"]',
        '  dial_timeout = "3s"',
        '',
      ].join('\n'),
    );
    assert.equal(other?.path, '/etc/containerd/certs.d/registry.example.com:5000/hosts.toml');
    assert.match(other?.content ?? '', /^server = "https:\/\/registry\.example\.com:5000"$/m);
  });

  it('names the authority of an encrypted mirror', () => {
    const [hub] = hostsFiles(accessTo('https://mirror.lab', { ca: '/etc/a "b".pem' }), '/c');
    assert.match(hub?.content ?? '', /^\[host\."https:\/\/mirror\.lab"\]$/m);
    assert.match(hub?.content ?? '', /^ {2}ca = "\/etc\/a \\"b\\"\.pem"$/m);
  });
});
