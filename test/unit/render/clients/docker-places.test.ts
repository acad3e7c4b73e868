import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DockerSurroundings, dockerPlaces, socketOf } from '#src/render/clients/docker-places.js';

function places(changes: Partial<DockerSurroundings>, there: readonly string[] = []) {
  const base = { platform: 'linux', env: {}, uid: 1000, home: '/home/me' } as const;
  return dockerPlaces({ ...base, isThere: (path) => there.includes(path), ...changes });
}

describe('where Docker is', () => {
  it('is the host’s own for root, and for others when they have none', () => {
    for (const uid of [0, 1000]) {
      assert.deepEqual(places({ uid }), {
        kind: 'engine',
        file: '/etc/docker/daemon.json',
        certificates: '/etc/docker/certs.d',
        host: 'unix:///var/run/docker.sock',
        pidFile: '/var/run/docker.pid',
      });
    }
  });

  it('is the rootless one when its socket is there, or DOCKER_HOST names it', () => {
    const expected = {
      kind: 'rootless',
      file: '/home/me/.config/docker/daemon.json',
      certificates: '/home/me/.config/docker/certs.d',
      host: 'unix:///run/user/1000/docker.sock',
      pidFile: '/run/user/1000/docker.pid',
    };
    assert.deepEqual(places({}, ['/run/user/1000/docker.sock']), expected);
    assert.deepEqual(places({ env: { DOCKER_HOST: 'unix:///run/user/1000/docker.sock' } }), expected);
    const moved = { XDG_RUNTIME_DIR: '/tmp/run', XDG_CONFIG_HOME: '/srv/config' };
    assert.deepEqual(places({ env: moved }, ['/tmp/run/docker.sock']), {
      ...expected,
      file: '/srv/config/docker/daemon.json',
      certificates: '/srv/config/docker/certs.d',
      host: 'unix:///tmp/run/docker.sock',
      pidFile: '/tmp/run/docker.pid',
    });
    const relative = { XDG_RUNTIME_DIR: 'run', XDG_CONFIG_HOME: 'config' };
    assert.deepEqual(places({ env: relative }, ['/run/user/1000/docker.sock']), expected);
    assert.equal(places({ uid: 0 }, ['/run/user/0/docker.sock']).kind, 'engine');
  });

  it('is Docker Desktop on macOS, and on Linux when it is there', () => {
    const mac = places({ platform: 'darwin', home: '/Users/me', uid: 501 }, [
      '/Users/me/.docker/run/docker.sock',
    ]);
    assert.deepEqual(mac, {
      kind: 'desktop',
      file: '/Users/me/.docker/daemon.json',
      certificates: '/Users/me/.docker/certs.d',
      host: 'unix:///Users/me/.docker/run/docker.sock',
      pidFile: undefined,
    });
    assert.equal(places({ platform: 'darwin' }).host, 'unix:///var/run/docker.sock');
    const linux = places({}, ['/home/me/.docker/desktop/docker.sock']);
    assert.equal(linux.file, '/home/me/.docker/daemon.json');
    assert.equal(linux.host, 'unix:///home/me/.docker/desktop/docker.sock');
  });

  it('is a service on Windows, or Docker Desktop', () => {
    const env = { ProgramData: 'D:\\Data', ProgramFiles: 'C:\\Programs' };
    const windows = { platform: 'win32', env, uid: undefined, home: 'C:\\Users\\me' } as const;
    assert.deepEqual(places(windows), {
      kind: 'engine',
      file: 'D:\\Data\\docker\\config\\daemon.json',
      certificates: 'D:\\Data\\docker\\certs.d',
      host: 'npipe:////./pipe/docker_engine',
      pidFile: undefined,
    });
    assert.equal(places({ ...windows, env: {} }).file, 'C:\\ProgramData\\docker\\config\\daemon.json');
    assert.equal(
      places(windows, ['C:\\Programs\\Docker\\Docker']).file,
      'C:\\Users\\me\\.docker\\daemon.json',
    );
  });

  it('has a socket when it is one', () => {
    assert.equal(socketOf('unix:///a/b'), '/a/b');
    assert.equal(socketOf('tcp://127.0.0.1:2375'), undefined);
  });
});
