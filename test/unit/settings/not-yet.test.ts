import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notYet } from '#src/settings/not-yet.js';
import { rootValues } from '../../parts/root-kconfig.js';

function found(given: Readonly<Record<string, string>>) {
  const [values, defaults] = [rootValues(given), rootValues()];
  return notYet(
    values,
    new Set([...values.keys()].filter((name) => values.get(name) !== defaults.get(name))),
  );
}

describe('notYet', () => {
  it('tells what somebody set from what is on by default', () => {
    assert.deepEqual(found({}).asked, []);
    assert.ok(found({}).byDefault.includes('limits of size and age'));
    const { asked, byDefault } = found({ DOCKER_MIRROR_MAX_SIZE: '7', DOCKER_MIRROR_TLS_LOCAL_CA: 'y' });
    assert.deepEqual(
      asked.map(({ symbols }) => symbols[0]),
      ['DOCKER_MIRROR_MAX_SIZE', 'DOCKER_MIRROR_TLS_LOCAL_CA'],
    );
    assert.ok(!byDefault.includes('limits of size and age'));
  });

  it('has nothing to say about what is off', () => {
    const off = { DOCKER_MIRROR_PRELOAD_IMAGES: 'n', DOCKER_MIRROR_UPDATE: 'n', DOCKER_MIRROR_CLEANUP: 'n' };
    const { asked, byDefault } = found({
      ...off,
      DOCKER_MIRROR_HEALTH_CHECK: 'n',
      DOCKER_MIRROR_WEB_PAGE: 'n',
      DOCKER_MIRROR_METRICS: 'n',
    });
    assert.deepEqual({ asked, byDefault }, { asked: [], byDefault: [] });
  });
});
