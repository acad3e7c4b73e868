import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isThisMachine, knownHost, storedName } from '#src/oci/stored-name.js';

const HOSTS = {
  upstreams: new Map(['docker.io', 'ghcr.io', 'registry.example:5000'].map((host) => [host, true])),
  defaultHost: 'docker.io',
};

describe('the upstream that a host means', () => {
  it('is found by any of its spellings', () => {
    assert.equal(knownHost(HOSTS, 'GHCR.io'), 'ghcr.io');
    assert.equal(knownHost(HOSTS, 'registry-1.docker.io'), 'docker.io');
    assert.equal(knownHost(HOSTS, 'registry.example_5000'), 'registry.example:5000');
    assert.equal(knownHost(HOSTS, 'quay.io'), undefined);
  });
});

describe('the name in the store', () => {
  it("is its own for the default upstream, and has the host in front for others'", () => {
    assert.equal(storedName(HOSTS, 'docker.io', 'library/redis'), 'library/redis');
    assert.equal(storedName(HOSTS, 'ghcr.io', 'o/a'), 'ghcr.io/o/a');
    assert.equal(storedName(HOSTS, 'registry.example:5000', 'x'), 'registry.example_5000/x');
    assert.equal(storedName({ ...HOSTS, defaultHost: undefined }, 'docker.io', 'x/y'), 'docker.io/x/y');
  });

  it("is no other upstream's, though it begins like one", () => {
    assert.equal(storedName(HOSTS, 'docker.io', 'ghcr.io/o/a'), 'docker.io/ghcr.io/o/a');
  });
});

describe('a host of this machine', () => {
  it('is a loopback one, with or without a port', () => {
    for (const host of ['localhost', 'localhost:5000', '127.0.0.1:5000', '127.1.2.3', '[::1]:5000']) {
      assert.ok(isThisMachine(host), host);
    }
    for (const host of ['localhost.example', '128.0.0.1', '[::2]', 'my-localhost:1']) {
      assert.ok(!isThisMachine(host), host);
    }
  });
});
