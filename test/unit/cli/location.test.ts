import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommandFailure, UsageError } from '#src/cli/errors.js';
import { askedPort, mirrorPath, USUAL_PATH } from '#src/cli/location.js';
import { rootValues } from '../../parts/root-kconfig.js';
import { argumentsOf, emptyContext, settingsOf } from './support.js';

const none = argumentsOf({});

describe('mirrorPath', () => {
  it('is /mirror/docker for root', () => {
    assert.equal(mirrorPath(none, emptyContext({ uid: 0 })), '/mirror/docker');
  });

  it('is under the XDG data folder for others', () => {
    assert.equal(mirrorPath(none, emptyContext()), '/home/me/.local/share/docker-mirror');
    assert.equal(mirrorPath(none, emptyContext({ env: { XDG_DATA_HOME: '/data' } })), '/data/docker-mirror');
    const relative = emptyContext({ env: { XDG_DATA_HOME: 'data' } });
    assert.equal(mirrorPath(none, relative), '/home/me/.local/share/docker-mirror');
  });

  it('is what was asked for: the option before the environment', () => {
    const context = emptyContext({ uid: 0, env: { DOCKER_MIRROR_PATH: '/env' } });
    assert.equal(mirrorPath(none, context), '/env');
    assert.equal(mirrorPath(argumentsOf({ path: 'here/m' }), context), '/home/somebody/here/m');
    assert.equal(
      mirrorPath(none, emptyContext({ uid: 0, env: { DOCKER_MIRROR_PATH: '' } })),
      '/mirror/docker',
    );
  });

  it('is that of the settings, which stand below option and environment', () => {
    const settings = settingsOf({ DOCKER_MIRROR_PATH: '/srv/mirror/' });
    assert.equal(mirrorPath(none, emptyContext({ settings })), '/srv/mirror');
    assert.equal(mirrorPath(none, emptyContext({ settings, env: { DOCKER_MIRROR_PATH: '/env' } })), '/env');
    const relative = settingsOf({ DOCKER_MIRROR_PATH: 'mirror' });
    assert.throws(() => mirrorPath(none, emptyContext({ settings: relative })), CommandFailure);
  });

  it('is the usual place where the settings have the default, which is that of Kconfig', () => {
    const usual = rootValues().get('DOCKER_MIRROR_PATH') ?? '';
    assert.equal(usual, USUAL_PATH);
    const pathFor = (uid: number, mode: string) =>
      mirrorPath(
        none,
        emptyContext({ uid, settings: settingsOf({ DOCKER_MIRROR_PATH: usual, [mode]: 'y' }) }),
      );
    const own = '/home/me/.local/share/docker-mirror';
    assert.deepEqual(
      [pathFor(0, 'DOCKER_MIRROR_MODE_AUTO'), pathFor(1, 'DOCKER_MIRROR_MODE_AUTO')],
      [usual, own],
    );
    assert.deepEqual(
      [pathFor(0, 'DOCKER_MIRROR_MODE_USER'), pathFor(1, 'DOCKER_MIRROR_MODE_SYSTEM')],
      [own, usual],
    );
  });

  it('is that of the host for whoever types the command that is installed for all', () => {
    const settings = { ...settingsOf({}), isOfHost: () => true };
    assert.equal(mirrorPath(argumentsOf({}), emptyContext({ uid: 1000, settings })), '/mirror/docker');
  });

  it('refuses an empty option and control characters', () => {
    assert.throws(() => mirrorPath(argumentsOf({ path: '' }), emptyContext()), UsageError);
    assert.throws(() => mirrorPath(argumentsOf({ path: '/a\nb' }), emptyContext()), UsageError);
  });
});

describe('askedPort', () => {
  it('prefers the option', () => {
    const context = emptyContext({ env: { DOCKER_MIRROR_PORT: '5001' } });
    assert.equal(askedPort(argumentsOf({ port: 5002 }), context), 5002);
    assert.equal(askedPort(none, context), 5001);
    assert.equal(askedPort(none, emptyContext({ env: { DOCKER_MIRROR_PORT: '' } })), undefined);
  });

  it('refuses what is no port', () => {
    for (const text of ['0', '65536', '-1', '5e3', '80x', ' 80', '1.5']) {
      assert.throws(
        () => askedPort(none, emptyContext({ env: { DOCKER_MIRROR_PORT: text } })),
        UsageError,
        text,
      );
    }
    assert.throws(() => askedPort(argumentsOf({ port: 1.5 }), emptyContext()), UsageError);
  });
});
