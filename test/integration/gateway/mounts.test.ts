import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer } from '../../parts/http.js';
import { digestOf } from '../../parts/scripted-registry.js';
import {
  imageOf,
  type PushScene,
  publish,
  pushBlob,
  pushImage,
  pushScene,
  untilLinked,
  verdict,
} from './push-scene.js';

const APP = imageOf('app');
const LAYER = digestOf(APP.layer);
const TO = 'team/new';

function mount(scene: PushScene, digest: string, from?: string): Promise<Answer> {
  const source = from === undefined ? '' : `&from=${from}`;
  return scene.send(`/v2/${TO}/blobs/uploads/?mount=${digest}${source}`, { method: 'POST' });
}

/** Asserts that the blob is part of the repository now, and that nothing had to be asked or sent for it. */
async function assertMounted(scene: PushScene, answer: Answer): Promise<void> {
  assert.equal(answer.status, 201);
  assert.equal(answer.header('docker-content-digest'), LAYER);
  assert.equal(answer.header('location'), `${scene.url}/v2/${TO}/blobs/${LAYER}`);
  assert.deepEqual((await scene.send(`/v2/${TO}/blobs/${LAYER}`)).body, APP.layer);
}

/** Asserts that an upload was begun instead, which takes the blob. */
async function assertUpload(scene: PushScene, answer: Answer): Promise<void> {
  assert.equal(answer.status, 202);
  assert.equal(answer.header('range'), '0-0');
  assert.equal(await scene.store.repositories.hasLayer(TO, LAYER), false);
  const path = new URL(answer.header('location') ?? '').pathname;
  const put = await scene.send(`${path}?digest=${LAYER}`, { method: 'PUT', body: APP.layer });
  assert.equal(put.status, 201);
}

describe('mounting a blob', () => {
  it(
    'takes it from the repository that is named',
    pushScene(async (scene) => {
      await pushBlob(scene, 'team/app', APP.layer);
      await assertMounted(scene, await mount(scene, LAYER, 'team/app'));
      assert.deepEqual(scene.hub.requests, []);
    }),
  );

  it(
    'looks for it when no repository is named',
    pushScene(async (scene) => {
      await pushImage(scene, 'zoo/app', 'v1', APP);
      await assertMounted(scene, await mount(scene, LAYER));
    }),
  );

  it(
    'says the same when it is there already, wherever it is said to come from',
    pushScene(async (scene) => {
      await pushBlob(scene, TO, APP.layer);
      await assertMounted(scene, await mount(scene, LAYER));
      await assertMounted(scene, await mount(scene, LAYER, 'no/such'));
    }),
  );

  it(
    'lets the image be pushed without sending the blob',
    pushScene(async (scene) => {
      await pushImage(scene, 'team/app', 'v1', APP);
      for (const blob of [APP.config, APP.layer]) {
        assert.equal((await mount(scene, digestOf(blob), 'team/app')).status, 201);
      }
      assert.equal((await scene.put(`/v2/${TO}/manifests/v1`, APP.manifest)).status, 201);
    }),
  );
});

describe('a blob that cannot be mounted', () => {
  it(
    'is to be uploaded, when the repository named does not have it',
    pushScene(async (scene) => {
      await pushImage(scene, 'team/app', 'v1', APP);
      await pushBlob(scene, 'team/empty', Buffer.from('something else'));
      await assertUpload(scene, await mount(scene, LAYER, 'team/empty'));
    }),
  );

  for (const from of ['no/such', '../../team/app', '%2e%2e/team/app', 'Team/App', '', '/']) {
    it(
      `is to be uploaded, when "${from}" is no repository`,
      pushScene(async (scene) => {
        await pushImage(scene, 'team/app', 'v1', APP);
        await assertUpload(scene, await mount(scene, LAYER, from));
      }),
    );
  }

  it(
    'is to be uploaded, when it is nowhere',
    pushScene(async (scene) => assertUpload(scene, await mount(scene, LAYER))),
  );

  it(
    'is to be uploaded, when its bytes are gone though a repository names it',
    pushScene(async (scene) => {
      await pushBlob(scene, 'team/app', APP.layer);
      await scene.store.blobs.remove(LAYER);
      const answer = await mount(scene, LAYER, 'team/app');
      await assertUpload(scene, answer);
      assert.deepEqual((await scene.send(`/v2/team/app/blobs/${LAYER}`)).body, APP.layer);
    }),
  );

  it(
    'is refused, when it is no digest',
    pushScene(async (scene) => {
      for (const digest of ['', 'sha256:abc', 'latest', `sha256:${'A'.repeat(64)}`]) {
        assert.deepEqual(verdict(await mount(scene, digest)), [400, 'DIGEST_INVALID'], digest);
      }
    }),
  );
});

describe('a blob that came from an upstream', () => {
  const fetch = async (scene: PushScene) => {
    publish(scene.hub, 'private/app', 'v1', APP);
    assert.equal((await scene.send('/v2/private/app/manifests/v1')).status, 200);
    assert.deepEqual((await scene.send(`/v2/private/app/blobs/${LAYER}`)).body, APP.layer);
    await untilLinked(scene, 'private/app', LAYER);
  };

  it(
    'is not handed to a name that does not say where it is',
    pushScene(async (scene) => {
      await fetch(scene);
      await assertUpload(scene, await mount(scene, LAYER));
    }),
  );

  it(
    'is not handed on from a repository that holds pushed content as well',
    pushScene(async (scene) => {
      await fetch(scene);
      await pushImage(scene, 'private/app', 'mine', imageOf('mine'));
      await assertUpload(scene, await mount(scene, LAYER));
    }),
  );

  it(
    'is mounted from the name it can be pulled by',
    pushScene(async (scene) => {
      await fetch(scene);
      await assertMounted(scene, await mount(scene, LAYER, 'private/app'));
    }),
  );
});
