import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../parts/scripted-registry.js';
import {
  imageOf,
  type PushScene,
  publish,
  pushImage,
  pushScene,
  untilLinked,
  verdict,
} from './push-scene.js';
import { untilKept } from './scene.js';

const APP = imageOf('app');
const LAYER = digestOf(APP.layer);
const NAME = 'team/app';
const MANIFESTS = `/v2/${NAME}/manifests/`;

/** Nothing is to be had from outside, so that what is gone is gone. */
const PLAIN = { hosts: [] };

async function remove(scene: PushScene, path: string): Promise<number> {
  return (await scene.send(path, { method: 'DELETE' })).status;
}

describe('deleting what was pushed', () => {
  it(
    'takes a tag, and leaves the manifest and other tags',
    pushScene(async (scene) => {
      await pushImage(scene, NAME, 'v1', APP);
      await pushImage(scene, NAME, 'v2', APP);
      assert.equal(await remove(scene, `${MANIFESTS}v1`), 202);
      assert.deepEqual(verdict(await scene.send(`${MANIFESTS}v1`)), [404, 'MANIFEST_UNKNOWN']);
      for (const left of ['v2', APP.digest])
        assert.equal((await scene.send(`${MANIFESTS}${left}`)).status, 200);
      const again = await scene.send(`${MANIFESTS}v1`, { method: 'DELETE' });
      assert.deepEqual(verdict(again), [404, 'MANIFEST_UNKNOWN']);
      await pushImage(scene, NAME, 'v1', APP);
      assert.equal((await scene.send(`${MANIFESTS}v1`)).status, 200);
    }, PLAIN),
  );

  it(
    'takes a manifest with all of its tags, and no others',
    pushScene(async (scene) => {
      const other = imageOf('other');
      await pushImage(scene, NAME, 'v1', APP);
      await pushImage(scene, NAME, 'v2', APP);
      await pushImage(scene, NAME, 'other', other);
      await pushImage(scene, 'team/copy', 'v1', APP);
      assert.equal(await remove(scene, `${MANIFESTS}${APP.digest}`), 202);
      for (const gone of ['v1', 'v2', APP.digest]) {
        assert.deepEqual(verdict(await scene.send(`${MANIFESTS}${gone}`)), [404, 'MANIFEST_UNKNOWN'], gone);
      }
      const tags = await scene.send(`/v2/${NAME}/tags/list`);
      assert.deepEqual(tags.json(), { name: NAME, tags: ['other'] });
      assert.deepEqual((await scene.send(`${MANIFESTS}other`)).body, other.manifest);
      assert.deepEqual((await scene.send('/v2/team/copy/manifests/v1')).body, APP.manifest);
      assert.equal(await remove(scene, `${MANIFESTS}${APP.digest}`), 404);
    }, PLAIN),
  );

  it(
    'takes a blob from its repository only',
    pushScene(async (scene) => {
      await pushImage(scene, NAME, 'v1', APP);
      await pushImage(scene, 'team/copy', 'v1', APP);
      const path = `/v2/${NAME}/blobs/${LAYER}`;
      assert.equal(await remove(scene, path), 202);
      assert.deepEqual(verdict(await scene.send(path)), [404, 'BLOB_UNKNOWN']);
      assert.deepEqual(verdict(await scene.send(path, { method: 'DELETE' })), [404, 'BLOB_UNKNOWN']);
      assert.deepEqual((await scene.send(`/v2/team/copy/blobs/${LAYER}`)).body, APP.layer);
    }, PLAIN),
  );

  it(
    'takes a referrer off the list',
    pushScene(async (scene) => {
      await pushImage(scene, NAME, 'v1', APP);
      const subject = {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: APP.digest,
        size: 1,
      };
      const signature = imageOf('signature', { subject });
      await pushImage(scene, NAME, signature.digest, signature);
      const listed = async () =>
        ((await scene.send(`/v2/${NAME}/referrers/${APP.digest}`)).json() as { manifests: unknown[] })
          .manifests;
      assert.equal((await listed()).length, 1);
      assert.equal(await remove(scene, `${MANIFESTS}${signature.digest}`), 202);
      assert.deepEqual(await listed(), []);
    }, PLAIN),
  );

  it(
    'knows nothing of repositories that are not there',
    pushScene(async (scene) => {
      const answers = ['manifests/v1', `manifests/${APP.digest}`, `blobs/${LAYER}`].map((path) =>
        remove(scene, `/v2/no/such/${path}`),
      );
      assert.deepEqual(await Promise.all(answers), [404, 404, 404]);
    }),
  );
});

describe('deleting that is not allowed', () => {
  const paths = [`${MANIFESTS}v1`, `${MANIFESTS}${APP.digest}`, `/v2/${NAME}/blobs/${LAYER}`];

  it(
    'is 405 when it is disabled, and takes nothing',
    pushScene(
      async (scene) => {
        await pushImage(scene, NAME, 'v1', APP);
        for (const path of paths) {
          assert.deepEqual(verdict(await scene.send(path, { method: 'DELETE' })), [405, 'UNSUPPORTED'], path);
          assert.equal((await scene.send(path)).status, 200);
        }
      },
      { storage: { deleteEnabled: false } },
    ),
  );

  it(
    'is 403 for who may not push, and takes nothing',
    pushScene(
      async (scene) => {
        publish(scene.hub, NAME, 'v1', APP);
        for (const path of paths) assert.equal((await scene.send(path)).status, 200);
        await untilLinked(scene, NAME, LAYER);
        for (const path of paths) {
          assert.deepEqual(verdict(await scene.send(path, { method: 'DELETE' })), [403, 'DENIED'], path);
        }
        assert.equal(await scene.store.repositories.readTag(NAME, 'v1'), APP.digest);
        assert.equal(await scene.store.repositories.hasLayer(NAME, LAYER), true);
      },
      { from: '192.0.2.7' },
    ),
  );
});

describe('deleting a copy from an upstream', () => {
  it(
    'lets it be fetched again, with its blobs from here after a HEAD',
    pushScene(async (scene) => {
      publish(scene.hub, 'library/node', '20', APP);
      const pull = async () => {
        assert.deepEqual((await scene.send('/v2/node/manifests/20')).body, APP.manifest);
        assert.deepEqual((await scene.send(`/v2/node/blobs/${LAYER}`)).body, APP.layer);
      };
      await pull();
      await untilLinked(scene, 'library/node', LAYER);
      for (const path of ['manifests/20', `manifests/${APP.digest}`, `blobs/${LAYER}`]) {
        assert.equal(await remove(scene, `/v2/node/${path}`), 202, path);
        assert.equal(await remove(scene, `/v2/node/${path}`), 404, path);
      }
      assert.equal(await scene.store.repositories.hasRevision('library/node', APP.digest), false);
      assert.equal(await scene.store.origins.readTag('library/node', '20'), undefined);
      await pull();
      await untilKept(scene);
      const origin = await scene.store.origins.readTag('library/node', '20');
      assert.equal(origin?.upstream, 'docker.io', 'it is known as a copy and not as pushed');
      const fetched = scene.hub.requests.filter(
        ({ method, path }) => method === 'GET' && path.endsWith(LAYER),
      );
      assert.equal(fetched.length, 1);
    }),
  );

  it(
    'takes what ns names, and not what has the same name elsewhere',
    pushScene(
      async (scene) => {
        const other = imageOf('other');
        publish(scene.hub, NAME, 'v1', APP);
        publish(scene.registry('ghcr.io'), NAME, 'v1', other);
        const [here, there] = [`${MANIFESTS}v1`, `${MANIFESTS}v1?ns=ghcr.io`];
        assert.deepEqual((await scene.send(here)).body, APP.manifest);
        assert.deepEqual((await scene.send(there)).body, other.manifest);
        assert.equal(await remove(scene, there), 202);
        assert.equal(await scene.store.repositories.readTag(NAME, 'v1'), APP.digest);
        assert.equal(await scene.store.repositories.readTag(`ghcr.io/${NAME}`, 'v1'), undefined);
        assert.equal(await remove(scene, here), 202);
        assert.equal(await scene.store.repositories.readTag(NAME, 'v1'), undefined);
      },
      { hosts: ['docker.io', 'ghcr.io'] },
    ),
  );

  it(
    'of a host that is no upstream any more goes by the name the catalog tells',
    pushScene(async (scene) => {
      const { store } = scene;
      await store.blobs.put(APP.digest, APP.manifest);
      await store.repositories.linkRevision('old.example/app', APP.digest);
      await store.repositories.writeTag('old.example/app', 'v1', APP.digest);
      assert.equal(await remove(scene, '/v2/old.example/app/manifests/v1'), 202);
      assert.equal(await store.repositories.readTag('old.example/app', 'v1'), undefined);
    }),
  );
});
