import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { kindConfig, kindNodes } from '#src/render/clients/kind.js';
import { accessTo } from '../../../parts/access.js';

/** Programs that only say what they were told. */
const SAYING = `
kind() { echo first second; }
docker() {
  echo "docker $*"
  case $* in *' -i '*) cat ;; esac
}
`;

describe('a cluster of kind', () => {
  const access = accessTo('http://10.0.0.1:5000');

  it('is configured so that its nodes look for mirrors', () => {
    const config = parse(kindConfig(access)) as Record<string, unknown>;
    assert.equal(config['kind'], 'Cluster');
    assert.equal(config['apiVersion'], 'kind.x-k8s.io/v1alpha4');
    assert.equal((config['containerdConfigPatches'] as unknown[]).length, 1);
  });

  it('has the files of each registry put into every node, whatever their text holds', () => {
    const script = kindNodes({ ...access, ca: "/home/o'brien/$HOME/ca.pem" });
    const said = execFileSync('sh', ['-c', `${SAYING}${script}`], { encoding: 'utf8' });
    for (const node of ['first', 'second']) {
      assert.ok(
        said.includes(
          `docker cp /home/o'brien/$HOME/ca.pem ${node}:/etc/containerd/certs.d/docker-mirror-ca.crt`,
        ),
      );
      assert.ok(said.includes(`docker exec ${node} mkdir -p /etc/containerd/certs.d/docker.io`));
      assert.ok(
        said.includes(
          `docker exec -i ${node} sh -c cat >/etc/containerd/certs.d/registry.example.com:5000/hosts.toml`,
        ),
      );
    }
    assert.equal(said.split('ca = "/etc/containerd/certs.d/docker-mirror-ca.crt"').length - 1, 4);
  });
});
