import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dockerAuthority, dockerHostsWanted } from '#src/render/clients/docker-hosts.js';
import { accessTo } from '../../../parts/access.js';

const PLACES = { certificates: '/etc/docker/certs.d' };

/** Contents by path; each of them a file of ours. */
function filesFor(url: string): Map<string, string> {
  return new Map(
    dockerHostsWanted(accessTo(url), PLACES).map((item) => {
      assert.ok(item.kind === 'file' && item.whose === 'ours');
      return [item.path, item.content] as const;
    }),
  );
}

describe('what Docker with containerd’s store reads', () => {
  it('is a file for every registry, and nothing that has to be reloaded', () => {
    const files = filesFor('http://localhost:5000');
    assert.deepEqual(
      [...files.keys()],
      [
        '/etc/docker/certs.d/docker.io/hosts.toml',
        '/etc/docker/certs.d/registry.example.com:5000/hosts.toml',
      ],
    );
    const hub = files.get('/etc/docker/certs.d/docker.io/hosts.toml') ?? '';
    assert.match(hub, /^server = "https:\/\/registry-1\.docker\.io"$/m);
    assert.match(hub, /^\[host\."http:\/\/localhost:5000"\]$/m);
    assert.match(hub, /^ {2}dial_timeout = /m);
  });

  it('also says that the mirror itself has no encryption, when that is not plain anyway', () => {
    const own = '/etc/docker/certs.d/10.0.0.5:5000/hosts.toml';
    const text = filesFor('http://10.0.0.5:5000').get(own) ?? '';
    assert.match(text, /^server = "http:\/\/10\.0\.0\.5:5000"$/m);
    assert.match(
      text,
      /^\[host\."http:\/\/10\.0\.0\.5:5000"\]\n {2}capabilities = \["pull", "resolve", "push"\]$/m,
    );
    for (const url of ['https://10.0.0.5:5000', 'http://127.0.0.1:5000', 'http://[::1]:5000']) {
      assert.equal(filesFor(url).size, 2, url);
    }
  });
});

describe('the authority of a mirror', () => {
  it('lies where Docker looks for it', () => {
    assert.deepEqual(dockerAuthority(new URL('https://mirror.lab:5000'), 'PEM\n', PLACES), {
      kind: 'file',
      whose: 'ours',
      path: '/etc/docker/certs.d/mirror.lab:5000/ca.crt',
      mode: 0o644,
      content: 'PEM\n',
    });
  });
});
