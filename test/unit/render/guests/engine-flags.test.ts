import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dockerMachineCommand, nestedDaemonJson } from '#src/render/guests/engine-flags.js';
import { accessTo } from '../../../parts/access.js';

describe('flags and files for Docker in a guest', () => {
  it('name a mirror without encryption twice', () => {
    const access = accessTo('http://192.168.99.50:5000');
    assert.equal(
      dockerMachineCommand(access),
      'docker-machine create --engine-registry-mirror=http://192.168.99.50:5000 --engine-insecure-registry=192.168.99.50:5000',
    );
    assert.deepEqual(JSON.parse(nestedDaemonJson(access)), {
      'registry-mirrors': ['http://192.168.99.50:5000'],
      'insecure-registries': ['192.168.99.50:5000'],
    });
  });

  it('name an encrypted one once, and quote what a shell would read', () => {
    const access = accessTo('https://[fd00::5]');
    assert.equal(
      dockerMachineCommand(access),
      "docker-machine create '--engine-registry-mirror=https://[fd00::5]'",
    );
    assert.deepEqual(JSON.parse(nestedDaemonJson(access)), { 'registry-mirrors': ['https://[fd00::5]'] });
  });
});
