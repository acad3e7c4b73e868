import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildImage } from '../../parts/images.js';
import { randomLayer } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import { scene } from './scene.js';

const MINUTE = 60_000;

/** RFC 9211. */
describe('Cache-Status', () => {
  it(
    'tells whether a blob is held, without downloading it',
    scene(async ({ mirror, hub }) => {
      const layer = randomLayer('a', 1000);
      hub.library.addBlob('library/a', layer.bytes);
      const path = `/v2/library/a/blobs/${layer.digest}`;
      const status = async () => (await mirror.send(path, { method: 'HEAD' })).header('cache-status');
      assert.equal(await status(), 'docker-mirror; fwd=uri-miss');
      assert.equal(hub.requests.filter(({ method }) => method === 'GET').length, 0);
      await mirror.send(path);
      // It is linked to its repository a moment after it is visible.
      await waitFor(async () => (await status()) === 'docker-mirror; hit', { what: 'the blob is held' });
      const before = hub.requests.length;
      assert.equal(await status(), 'docker-mirror; hit');
      assert.equal(hub.requests.length, before);
    }),
  );

  it(
    'tells how a manifest was come by',
    scene(async ({ mirror, hub }) => {
      const { manifest } = buildImage({ layers: [] });
      hub.library.addManifest('library/a', manifest.bytes, '1', manifest.mediaType);
      const status = async () => (await mirror.send('/v2/library/a/manifests/1')).header('cache-status');
      assert.equal(await status(), 'docker-mirror; fwd=uri-miss; stored');
      assert.equal(await status(), 'docker-mirror; hit');
      mirror.clock.now += 2 * MINUTE;
      assert.equal(await status(), 'docker-mirror; hit; detail=revalidated');
      mirror.clock.now += 2 * MINUTE;
      hub.on({ plan: { status: 503 } });
      assert.equal(await status(), 'docker-mirror; hit; detail=stale');
    }),
  );
});
