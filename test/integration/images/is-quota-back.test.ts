import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isQuotaBack } from '#src/images/is-quota-back.js';
import { smallImage } from '../../parts/images.js';
import type { PullQuota } from '../../parts/scripted-registry.js';
import { addImage, updating } from './updating.js';

const QUOTA: PullQuota = { limit: 100, left: 10, windowSeconds: 21_600 };

describe('isQuotaBack', () => {
  it(
    'is told by one HEAD, and is not so when nobody can say',
    updating(
      async ({ hub, mirror, asked }) => {
        addImage(hub, 'library/a', '1', smallImage('a'));
        const ask = (image = 'a:1', images = 3) =>
          isQuotaBack(
            { upstream: 'docker.io', images },
            {
              access: { origin: mirror.url, authorization: undefined, certificate: undefined },
              upstreams: { hosts: new Set(['docker.io', 'ghcr.io']), default: 'docker.io' },
              reserve: 10,
              image,
              signal: new AbortController().signal,
            },
          );
        assert.equal(await ask(), false);
        assert.deepEqual(asked(), ['HEAD /v2/library/a/manifests/1']);
        QUOTA.left = 12;
        assert.equal(await ask(), false, 'two are too few for three images');
        assert.equal(await ask('a:1', 1), true);
        QUOTA.left = 100;
        assert.equal(await ask(), true);
        assert.equal(await ask(`a@sha256:${'0'.repeat(64)}`), false, 'nobody is asked for a digest');
        hub.on({ plan: { status: 429, headers: { 'retry-after': '60' } } });
        assert.equal(await ask(), false);
        await mirror.stop();
        assert.equal(await ask(), false);
        assert.equal(QUOTA.left, 100, 'it cost nothing');
      },
      { hub: { quota: QUOTA } },
    ),
  );
});
