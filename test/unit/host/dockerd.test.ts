import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DockerdError, engineAddress, readInfo } from '#src/host/dockerd.js';
import { listeningInodes, optionValues } from '#src/host/dockerd-process.js';

describe('the address of a Docker engine', () => {
  it('is a socket, a pipe, or TCP', () => {
    assert.deepEqual(engineAddress('unix:///run/docker.sock'), { socketPath: '/run/docker.sock' });
    assert.deepEqual(engineAddress('npipe:////./pipe/docker_engine'), {
      socketPath: '//./pipe/docker_engine',
    });
    assert.deepEqual(engineAddress('tcp://127.0.0.1:2376'), {
      protocol: 'http',
      host: '127.0.0.1',
      port: 2376,
    });
    assert.deepEqual(engineAddress('tcp://[::1]'), { protocol: 'http', host: '::1', port: 2375 });
  });

  it('is nothing else', () => {
    for (const text of ['', 'docker', 'ssh://host', 'unix://relative', 'tcp://', 'tcp://a b', 'http://x']) {
      assert.throws(() => engineAddress(text), DockerdError, text);
    }
  });
});

describe('what an engine says about itself', () => {
  it('is read from the answers of Docker 20.10 and 29', () => {
    const old = readInfo({
      ServerVersion: '20.10.24+dfsg1',
      DriverStatus: [['Backing Filesystem', 'extfs']],
      LiveRestoreEnabled: true,
      ContainersRunning: 2,
      RegistryConfig: {
        InsecureRegistryCIDRs: ['127.0.0.0/8'],
        IndexConfigs: {
          '10.0.0.5:5000': { Name: '10.0.0.5:5000', Mirrors: [], Secure: false, Official: false },
          'docker.io': {
            Name: 'docker.io',
            Mirrors: ['http://10.0.0.5:5000/'],
            Secure: true,
            Official: true,
          },
        },
        Mirrors: ['http://10.0.0.5:5000/'],
      },
    });
    assert.deepEqual(old, {
      version: '20.10.24+dfsg1',
      mirrors: ['http://10.0.0.5:5000/'],
      insecure: ['10.0.0.5:5000', '127.0.0.0/8'],
      hasContainerdStore: false,
      containersRunning: 2,
      liveRestore: true,
    });
    const status = [['driver-type', 'io.containerd.snapshotter.v1']];
    assert.equal(readInfo({ ServerVersion: '29.1.3', DriverStatus: status }).hasContainerdStore, true);
  });

  it('may be nonsense', () => {
    const empty = {
      version: '',
      mirrors: [],
      insecure: [],
      hasContainerdStore: false,
      containersRunning: 0,
      liveRestore: false,
    };
    for (const answer of [undefined, null, 'x', [], { RegistryConfig: null, ServerVersion: 3 }]) {
      assert.deepEqual(readInfo(answer), empty);
    }
  });
});

describe('the process of an engine', () => {
  it('is found by the inode of its listening socket', () => {
    const table =
      'Num       RefCount Protocol Flags    Type St Inode Path\n' +
      '000000007aea6012: 00000002 00000000 00010000 0001 01 2326804 /run/docker.sock\n' +
      '000000007aea6013: 00000003 00000000 00000000 0001 03 2326805 /run/docker.sock\n' +
      '000000007aea6014: 00000002 00000000 00010000 0001 01    77 /run/docker.sock two\n' +
      '000000007aea6015: 00000002 00000000 00010000 0001 01 2326806\n';
    assert.deepEqual(listeningInodes(table, '/run/docker.sock'), ['2326804']);
    assert.deepEqual(listeningInodes(table, '/run/docker.sock two'), ['77']);
    assert.deepEqual(listeningInodes('', '/run/docker.sock'), []);
  });

  it('has options in both forms', () => {
    const command = [
      'dockerd',
      '--config-file',
      '/a',
      '--registry-mirror=http://x',
      '--registry-mirror',
      'http://y',
      '-D',
    ];
    assert.deepEqual(optionValues(command, '--config-file'), ['/a']);
    assert.deepEqual(optionValues(command, '--registry-mirror'), ['http://x', 'http://y']);
    assert.deepEqual(optionValues(command, '--pidfile', '-p'), []);
    assert.deepEqual(optionValues(['dockerd', '--config-file'], '--config-file'), []);
  });
});
