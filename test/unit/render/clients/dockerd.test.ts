import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dockerAbilities } from '#src/render/clients/docker-version.js';
import { DockerMirrorError, dockerdWanted, dockerMirror, isLoopback } from '#src/render/clients/dockerd.js';

const PLACES = {
  kind: 'engine',
  file: '/etc/docker/daemon.json',
  certificates: '/etc/docker/certs.d',
  host: 'unix:///var/run/docker.sock',
  pidFile: '/var/run/docker.pid',
} as const;

describe('a mirror as Docker names it', () => {
  const mirror = (url: string, losesLoopback = false) => dockerMirror(new URL(url), { losesLoopback });

  it('has an address besides only when it is plain HTTP and not loopback', () => {
    for (const url of [
      'http://localhost:5000',
      'http://127.0.0.1:5000',
      'http://127.9.9.9:1',
      'http://[::1]:5000',
    ]) {
      assert.deepEqual(mirror(url), { url, insecureAddress: undefined, losesLoopback: false });
    }
    assert.equal(mirror('https://mirror.lab:5000').insecureAddress, undefined);
    assert.equal(mirror('http://10.0.0.5:5000/').insecureAddress, '10.0.0.5:5000');
    assert.equal(mirror('http://[fd00::1]:5000').insecureAddress, '[fd00::1]:5000');
    assert.equal(mirror('http://mirror.lab').insecureAddress, 'mirror.lab');
    assert.equal(mirror('http://10.0.0.5:5000/').url, 'http://10.0.0.5:5000');
  });

  it('has no path', () => {
    assert.throws(() => mirror('http://host:5000/prefix'), DockerMirrorError);
  });

  it('is on loopback by address, and by no name that merely looks like it', () => {
    for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]', '::1'])
      assert.ok(isLoopback(host), host);
    for (const host of ['127.example.com', 'localhost.example.com', '10.127.0.0', '[::2]']) {
      assert.ok(!isLoopback(host), host);
    }
  });
});

describe('what an engine can do', () => {
  const of = (version: string, hasContainerdStore = true) => dockerAbilities({ version, hasContainerdStore });

  it('depends on its version, and its store', () => {
    const none = { readsHostsToml: false, losesLoopback: false, validates: false };
    assert.deepEqual(of('20.10.24+dfsg1'), none);
    assert.deepEqual(of(''), none);
    assert.deepEqual(of('strange'), none);
    assert.deepEqual(of('23.0.1'), { ...none, validates: true });
    assert.deepEqual(of('28.5.2'), { ...none, validates: true });
    assert.deepEqual(of('29.1.3'), { readsHostsToml: true, losesLoopback: false, validates: true });
    assert.deepEqual(of('29.1.3', false), { readsHostsToml: false, losesLoopback: false, validates: true });
    assert.deepEqual(of('29.10.0'), { readsHostsToml: true, losesLoopback: true, validates: true });
    assert.deepEqual(of('30.0.0-rc.1'), { readsHostsToml: true, losesLoopback: true, validates: true });
  });
});

describe('what a host is to have for Docker', () => {
  const mirror = dockerMirror(new URL('http://10.0.0.5:5000'), { losesLoopback: false });

  it('is the file, a reload when it changes, and the way back', () => {
    const reload = {
      kind: 'signal-engine',
      engine: 'Docker',
      pidFile: '/var/run/docker.pid',
      socket: '/var/run/docker.sock',
    };
    assert.deepEqual(dockerdWanted({ places: PLACES, mirror, text: '{"debug":true}' }), [
      { kind: 'after-undo', action: reload },
      {
        kind: 'file',
        whose: 'theirs',
        path: PLACES.file,
        mode: 0o644,
        content:
          '{"debug":true,"registry-mirrors":["http://10.0.0.5:5000"],"insecure-registries":["10.0.0.5:5000"]}',
      },
      {
        kind: 'action',
        action: reload,
        on: [PLACES.file],
        undo: {
          kind: 'forget-mirror',
          file: PLACES.file,
          host: PLACES.host,
          pidFile: PLACES.pidFile,
          url: 'http://10.0.0.5:5000',
          insecureAddress: '10.0.0.5:5000',
        },
      },
    ]);
  });

  it('has the earlier address no longer, and what the user had still', () => {
    const before = '{"registry-mirrors":["https://a"]}';
    const wanted = dockerdWanted({
      places: PLACES,
      mirror,
      text: '{"registry-mirrors":["http://localhost:5000", "https://a"],"debug":true}',
      earlier: { mirror: { url: 'http://localhost:5000', insecureAddress: undefined }, text: before },
    });
    const file = wanted.find((item) => item.kind === 'file');
    assert.equal(
      file?.content,
      '{"registry-mirrors":["http://10.0.0.5:5000", "https://a"],"debug":true,"insecure-registries":["10.0.0.5:5000"]}',
    );
  });
});
