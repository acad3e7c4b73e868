import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomBytesOf, sha256 } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import { imageOf, pushImage } from './pushing.js';
import { errorCodeOf, scene } from './scene.js';

const LAYER = randomBytesOf('deletes', 10_000);

describe('what is deleted', () => {
  it(
    'is a tag, and no other one',
    scene(async ({ mirror }) => {
      const { digest, bytes } = await pushImage(mirror, 'mine/app', 'v1');
      await pushImage(mirror, 'mine/app', 'v2');
      await mirror.send('/v2/mine/app/manifests/v1');
      assert.equal((await mirror.send('/v2/mine/app/manifests/v1', { method: 'DELETE' })).status, 202);
      assert.equal((await mirror.send('/v2/mine/app/manifests/v1')).status, 404);
      assert.deepEqual((await mirror.send('/v2/mine/app/manifests/v2')).body, bytes);
      assert.deepEqual((await mirror.send(`/v2/mine/app/manifests/${digest}`)).body, bytes);
      const again = await mirror.send('/v2/mine/app/manifests/v1', { method: 'DELETE' });
      assert.equal(again.status, 404);
      assert.equal(errorCodeOf(again), 'MANIFEST_UNKNOWN');
    }),
  );

  it(
    'is a manifest with all its tags',
    scene(async ({ mirror }) => {
      const { digest } = await pushImage(mirror, 'mine/app', 'v1');
      await pushImage(mirror, 'mine/app', 'v2');
      await pushImage(mirror, 'mine/app', 'other', [LAYER]);
      const path = `/v2/mine/app/manifests/${digest}`;
      assert.equal((await mirror.send(path, { method: 'DELETE' })).status, 202);
      for (const reference of ['v1', 'v2', digest]) {
        assert.equal((await mirror.send(`/v2/mine/app/manifests/${reference}`)).status, 404);
      }
      const { tags } = (await mirror.send('/v2/mine/app/tags/list')).json() as { tags: string[] };
      assert.deepEqual(tags, ['other']);
    }),
  );

  it(
    'is a blob of one repository and not of another',
    scene(async ({ mirror }) => {
      await pushImage(mirror, 'mine/app', 'v1', [LAYER]);
      await pushImage(mirror, 'mine/other', 'v1', [LAYER]);
      const path = `/v2/mine/app/blobs/${sha256(LAYER)}`;
      assert.equal((await mirror.send(path, { method: 'DELETE' })).status, 202);
      assert.equal((await mirror.send(path, { method: 'DELETE' })).status, 404);
      assert.equal((await mirror.send(path)).status, 404);
      assert.deepEqual((await mirror.send(path.replace('mine/app', 'mine/other'))).body, LAYER);
    }),
  );

  it(
    'of an upstream is fetched again when it is asked for',
    scene(async ({ mirror, hub }) => {
      hub.library.addBlob('library/app', LAYER);
      hub.library.addManifest('library/app', imageOf([LAYER]), 'latest');
      const path = '/v2/library/app/manifests/latest';
      await mirror.send(path);
      await mirror.send(`/v2/library/app/blobs/${sha256(LAYER)}`);
      await waitFor(() => mirror.store.repositories.hasLayer('library/app', sha256(LAYER)), {
        what: 'it is linked',
      });
      assert.equal((await mirror.send(path.replace('library/', ''), { method: 'DELETE' })).status, 202);
      assert.equal(await mirror.store.origins.readTag('library/app', 'latest'), undefined);
      assert.deepEqual((await mirror.send(path)).body, imageOf([LAYER]));
      assert.equal((await mirror.store.origins.readTag('library/app', 'latest'))?.upstream, 'docker.io');
    }),
  );
});

describe('deleting', () => {
  it(
    'is refused with 405 where it is disabled',
    scene(
      async ({ mirror }) => {
        const { digest } = await pushImage(mirror, 'mine/app', 'v1', [LAYER]);
        for (const path of ['manifests/v1', `manifests/${digest}`, `blobs/${sha256(LAYER)}`]) {
          const answer = await mirror.send(`/v2/mine/app/${path}`, { method: 'DELETE' });
          assert.equal(answer.status, 405);
          assert.equal(errorCodeOf(answer), 'UNSUPPORTED');
          assert.match(answer.text(), /storage\.delete\.enabled/);
          assert.equal((await mirror.send(`/v2/mine/app/${path}`)).status, 200);
        }
      },
      { storage: { deleteEnabled: false } },
    ),
  );

  it(
    'what is not here is 404',
    scene(async ({ mirror, hub }) => {
      await pushImage(mirror, 'mine/app', 'v1');
      const missing = sha256(LAYER);
      for (const path of ['app/manifests/v9', `app/manifests/${missing}`, `app/blobs/${missing}`]) {
        const answer = await mirror.send(`/v2/mine/${path}`, { method: 'DELETE' });
        assert.equal(answer.status, 404, path);
      }
      assert.equal((await mirror.send('/v2/no/such/manifests/v1', { method: 'DELETE' })).status, 404);
      assert.equal(hub.requests.length, 0, 'no upstream is asked');
    }),
  );
});
