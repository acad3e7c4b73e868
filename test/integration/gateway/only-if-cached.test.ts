import assert from 'node:assert/strict';
import { rm, truncate } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { AnyImage, MultiImage } from '../../parts/images.js';
import { blobsOf, multiImage, smallImage } from '../../parts/images.js';
import { waitFor } from '../../parts/wait.js';
import { blobFile, lines, type Scene, scene } from './scene.js';

const CACHED = { headers: { 'cache-control': 'max-age=0, Only-If-Cached' } };
const TAG = '/v2/library/app/manifests/latest';
const WHOLE = `${TAG}?platform=linux/amd64`;

/** Puts an image on the upstream, under `latest`. */
function add(hub: Scene['hub'], image: AnyImage): void {
  for (const { bytes } of blobsOf(image)) hub.library.addBlob('library/app', bytes);
  const manifests = 'images' in image ? [...image.images, image] : [image];
  for (const { manifest } of manifests) {
    const document = JSON.parse(manifest.bytes.toString()) as object;
    const tag = manifest === image.manifest ? ['latest'] : [];
    assert.equal(hub.library.addManifest('library/app', document, ...tag), manifest.digest);
  }
}

async function pullBlobs(mirror: Scene['mirror'], image: AnyImage): Promise<void> {
  for (const { digest } of blobsOf(image)) {
    const path = `/v2/library/app/blobs/${digest}`;
    assert.equal((await mirror.send(path)).status, 200);
    // It is kept for good shortly after the client has it.
    await waitFor(async () => (await mirror.send(path, CACHED)).status === 200, {
      what: `${digest} is kept`,
    });
  }
}

/** RFC 9111 §5.2.1.7 */
describe('a request with Cache-Control: only-if-cached', () => {
  it(
    'is answered with 504 for what is not here, and nobody is asked',
    scene(async ({ mirror, hub }) => {
      const image = smallImage('absent');
      add(hub, image);
      const paths = [TAG, WHOLE, `/v2/library/app/manifests/${image.manifest.digest}`];
      for (const path of [...paths, `/v2/library/app/blobs/${image.config.digest}`]) {
        const answer = await mirror.send(path, CACHED);
        assert.equal(answer.status, 504, path);
        assert.match(answer.text(), /UNAVAILABLE/);
      }
      assert.equal(hub.requests.length, 0);
      assert.deepEqual(lines(mirror, 'a request failed'), [], 'it is no trouble');
    }),
  );

  it(
    'is answered from here when it is here, though its tag was not confirmed lately',
    scene(async ({ mirror, hub }) => {
      const image = smallImage('present');
      add(hub, image);
      await mirror.send(TAG);
      await pullBlobs(mirror, image);
      mirror.clock.now += 3_600_000;
      const before = hub.requests.length;
      for (const method of ['GET', 'HEAD']) {
        for (const path of [TAG, WHOLE, `/v2/library/app/blobs/${image.config.digest}`])
          assert.equal((await mirror.send(path, { ...CACHED, method })).status, 200, path);
      }
      const answer = await mirror.send(WHOLE, CACHED);
      assert.equal(answer.header('cache-status'), 'docker-mirror; hit; detail=stale');
      assert.equal(answer.header('docker-content-digest'), image.manifest.digest);
      assert.equal(hub.requests.length, before);
    }),
  );

  it(
    'and a platform is answered with 200 only when every blob of it is here',
    scene(async ({ mirror, hub }) => {
      const image = smallImage('part');
      add(hub, image);
      await mirror.send(TAG);
      assert.equal((await mirror.send(TAG, CACHED)).status, 200);
      const none = await mirror.send(WHOLE, CACHED);
      assert.equal(none.status, 504);
      assert.match(none.text(), new RegExp(`no blob ${image.config.digest}`));
      await pullBlobs(mirror, image);
      assert.equal((await mirror.send(WHOLE, CACHED)).status, 200);
      const last = image.layers.at(-1)?.digest ?? assert.fail('no layer');
      await rm(blobFile(mirror, last));
      assert.match((await mirror.send(WHOLE, CACHED)).text(), new RegExp(`no blob ${last}`));
    }),
  );

  it(
    'looks at the image of that platform in an index, and at no other',
    scene(async ({ mirror, hub }) => {
      const index: MultiImage = multiImage('index');
      const [amd64, arm64] = index.images;
      assert.ok(amd64 !== undefined && arm64 !== undefined);
      add(hub, index);
      await mirror.send(TAG);
      const noManifest = await mirror.send(WHOLE, CACHED);
      assert.match(noManifest.text(), new RegExp(`no manifest ${amd64.manifest.digest}`));
      await mirror.send(`/v2/library/app/manifests/${amd64.manifest.digest}`);
      await pullBlobs(mirror, amd64);
      assert.equal((await mirror.send(WHOLE, CACHED)).status, 200);
      for (const other of ['linux/arm64', 'linux/s390x'])
        assert.equal((await mirror.send(`${TAG}?platform=${other}`, CACHED)).status, 504, other);
      const none = await mirror.send(`${TAG}?platform=linux/s390x`, CACHED);
      assert.match(none.text(), /no image for linux\/s390x/);
    }),
  );

  it(
    'and a platform is answered with 504 when a blob was cut short, or the tag stands for what is not given out by digest',
    scene(async ({ mirror, hub }) => {
      const image = smallImage('short');
      add(hub, image);
      await mirror.send(TAG);
      await pullBlobs(mirror, image);
      const { repositories } = mirror.store;
      await repositories.unlinkRevision('library/app', image.manifest.digest);
      mirror.clock.now += 3_600_000;
      assert.match(
        (await mirror.send(WHOLE, CACHED)).text(),
        new RegExp(`no manifest ${image.manifest.digest}`),
      );
      await repositories.linkRevision('library/app', image.manifest.digest);
      assert.equal((await mirror.send(WHOLE, CACHED)).status, 200);
      await truncate(blobFile(mirror, image.config.digest), 10);
      assert.match((await mirror.send(WHOLE, CACHED)).text(), new RegExp(`no blob ${image.config.digest}`));
    }),
  );

  it(
    'is refused with 400 when the platform is none',
    scene(async ({ mirror, hub }) => {
      add(hub, smallImage('odd'));
      await mirror.send(TAG);
      assert.equal((await mirror.send(`${TAG}?platform=Linux`, CACHED)).status, 400);
    }),
  );
});
