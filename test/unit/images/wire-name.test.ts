import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wireName, wirePath } from '#src/images/wire-name.js';
import { parseReference } from '#src/oci/reference.js';

const HUB = { hosts: new Set(['docker.io', 'ghcr.io']), default: 'docker.io' };

describe('the name that a mirror is asked by', () => {
  it('leaves no doubt about the upstream', () => {
    assert.deepEqual(wireName(parseReference('redis:7'), HUB), {
      repository: 'library/redis',
      ns: 'docker.io',
    });
    assert.deepEqual(wireName(parseReference('r.example.com:5000/a/b'), HUB), {
      repository: 'a/b',
      ns: 'r.example.com:5000',
    });
  });

  it('has no host where another registry stands in for Docker Hub', () => {
    const elsewhere = { hosts: new Set(['10.0.0.5:5000']), default: '10.0.0.5:5000' };
    assert.equal(wireName(parseReference('redis'), elsewhere).ns, undefined);
    assert.equal(wireName(parseReference('ghcr.io/a/b'), elsewhere).ns, 'ghcr.io');
    // Nothing is fetched at all: the mirror says so, and names the host.
    assert.equal(wireName(parseReference('redis'), { hosts: new Set(), default: undefined }).ns, 'docker.io');
  });

  it('stands in a path', () => {
    const name = wireName(parseReference('[::1]:5000/a/b'), HUB);
    assert.equal(wirePath(name, 'manifests', '1'), '/v2/a/b/manifests/1?ns=%5B%3A%3A1%5D%3A5000');
    assert.equal(wirePath({ repository: 'a', ns: undefined }, 'blobs', 'sha256:0'), '/v2/a/blobs/sha256:0');
  });
});
