import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { minikubeFlags, minikubeWanted } from '#src/render/clients/minikube.js';
import { accessTo } from '../../../parts/access.js';

describe('minikube', () => {
  it('gets files for containerd and CRI-O in its nodes, and flags for Docker', () => {
    const access = accessTo('http://10.0.0.1:5000');
    const wanted = minikubeWanted(access, '/home/me/.minikube', undefined);
    assert.deepEqual(
      wanted.map((each) => ('path' in each ? each.path.replace('/home/me/.minikube/files', '') : '')),
      [
        '/etc/containerd/certs.d/docker.io/hosts.toml',
        '/etc/containerd/certs.d/registry.example.com:5000/hosts.toml',
        '/etc/containers/registries.conf.d/500-docker-mirror.conf',
      ],
    );
    assert.equal(
      minikubeFlags(access),
      '--registry-mirror=http://10.0.0.1:5000 --insecure-registry=10.0.0.1:5000',
    );
  });

  it('gets the authority of an encrypted mirror as a file, named by its place in the node', () => {
    const access = accessTo('https://mirror.lab', { ca: '/here/ca.pem' });
    const wanted = minikubeWanted(access, '/m', 'PEM');
    const files = wanted.flatMap((each) => (each.kind === 'file' ? [each] : []));
    assert.equal(files.length, wanted.length);
    assert.equal(
      files.find(({ path }) => path === '/m/files/etc/docker-mirror/mirror-ca.crt')?.content,
      'PEM',
    );
    assert.equal(files.find(({ path }) => path.endsWith('mirror.lab/ca.crt'))?.content, 'PEM');
    assert.ok(files.every(({ content }) => !content.includes('/here/')));
    assert.ok(files.some(({ content }) => content.includes('ca = "/etc/docker-mirror/mirror-ca.crt"')));
    assert.equal(minikubeFlags(access), '--registry-mirror=https://mirror.lab');
  });
});
