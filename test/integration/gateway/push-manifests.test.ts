import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { describe as group, it } from 'node:test';
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  DOCKER_SCHEMA1,
  DOCKER_SCHEMA1_SIGNED,
  OCI_INDEX,
  OCI_MANIFEST,
} from '#src/oci/media-type.js';
import type { Answer } from '../../parts/http.js';
import { digestOf } from '../../parts/scripted-registry.js';
import {
  describe,
  errorOf,
  imageOf,
  type PushScene,
  publish,
  pushBlob,
  pushImage,
  pushScene,
  untilLinked,
  verdict,
} from './push-scene.js';

const NAME = 'team/app';
const MANIFESTS = `/v2/${NAME}/manifests/`;
const LIMIT = 4 * 1024 * 1024;
const APP = imageOf('app');

function indexOf(children: readonly Buffer[], type: string = OCI_INDEX): Buffer {
  const manifests = children.map((child) => describe(child));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, manifests }));
}

/** Pushes the blobs of `APP`, so that only its manifest is missing. */
async function pushBlobs(scene: PushScene): Promise<void> {
  await pushBlob(scene, NAME, APP.config);
  await pushBlob(scene, NAME, APP.layer);
}

function missingOf(answer: Answer): unknown {
  return (errorOf(answer)?.detail as { missing?: unknown } | undefined)?.missing;
}

group('pushing a manifest', () => {
  it(
    'serves it as pushed, by tag and by digest',
    pushScene(async (scene) => {
      const answer = await pushImage(scene, NAME, 'v1', APP);
      assert.equal(answer.status, 201);
      assert.equal(answer.header('docker-content-digest'), APP.digest);
      assert.equal(answer.header('location'), `${scene.url}${MANIFESTS}v1`);
      assert.equal(answer.header('oci-subject'), undefined);
      for (const reference of ['v1', APP.digest]) {
        const found = await scene.send(`${MANIFESTS}${reference}`);
        assert.deepEqual([found.status, found.header('content-type')], [200, OCI_MANIFEST]);
        assert.deepEqual(found.body, APP.manifest);
      }
      assert.deepEqual(scene.hub.requests, [], 'nobody was asked about what was pushed here');
    }),
  );

  it(
    'makes no tag of a manifest that is pushed by digest',
    pushScene(async (scene) => {
      assert.equal((await pushImage(scene, NAME, APP.digest, APP)).status, 201);
      assert.deepEqual(await scene.store.repositories.tags(NAME), []);
      assert.deepEqual((await scene.send(`${MANIFESTS}${APP.digest}`)).body, APP.manifest);
    }),
  );

  it(
    'gives odd bytes back as they came',
    pushScene(async (scene) => {
      await pushBlobs(scene);
      const document = JSON.parse(APP.manifest.toString('utf8')) as object;
      const odd = [
        `\n\t ${JSON.stringify(document, null, '\t')}\r\n\n`,
        JSON.stringify({ ...document, annotations: { z: 'ä', a: '\u2028' } }).replace('ä', '\\u00e4'),
        APP.manifest.toString('utf8').replace(/}$/, ',"schemaVersion":2,"unknown":[1e3,0.10]}'),
      ];
      for (const text of odd) {
        const bytes = Buffer.from(text);
        assert.equal((await scene.put(`${MANIFESTS}odd`, bytes)).status, 201);
        for (const reference of ['odd', digestOf(bytes)]) {
          assert.deepEqual((await scene.send(`${MANIFESTS}${reference}`)).body, bytes);
        }
      }
    }),
  );

  it(
    'moves a tag, and keeps what it pointed at',
    pushScene(async (scene) => {
      const next = imageOf('next');
      await pushImage(scene, NAME, 'latest', APP);
      assert.deepEqual((await scene.send(`${MANIFESTS}latest`)).body, APP.manifest);
      await pushImage(scene, NAME, 'latest', next);
      assert.deepEqual((await scene.send(`${MANIFESTS}latest`)).body, next.manifest);
      assert.deepEqual((await scene.send(`${MANIFESTS}${APP.digest}`)).body, APP.manifest);
    }),
  );

  it(
    'takes a type from the document, from the header, or from both when they agree',
    pushScene(async (scene) => {
      await pushBlobs(scene);
      const { mediaType: _, ...typeless } = JSON.parse(APP.manifest.toString('utf8'));
      const own = (type: string | undefined) =>
        Buffer.from(JSON.stringify(type === undefined ? typeless : { ...typeless, mediaType: type }));
      const good: [string | undefined, string, string][] = [
        [undefined, `${OCI_MANIFEST}; charset=utf-8`, OCI_MANIFEST],
        [DOCKER_MANIFEST, DOCKER_MANIFEST.toUpperCase(), DOCKER_MANIFEST],
      ];
      for (const [type, declared, served] of good) {
        const bytes = own(type);
        const answer = await scene.put(`${MANIFESTS}good`, bytes, declared);
        assert.equal(answer.status, 201, `${type} as ${declared}`);
        assert.equal((await scene.send(`${MANIFESTS}good`)).header('content-type'), served);
      }
      const bad: [string | undefined, string][] = [
        [OCI_MANIFEST, DOCKER_MANIFEST],
        [OCI_MANIFEST, OCI_INDEX],
        ['application/json', 'application/json'],
        [undefined, 'text/plain'],
        // Nothing in the bytes would tell these types when they are read back from the disk.
        [undefined, DOCKER_MANIFEST],
        [undefined, OCI_INDEX],
        [undefined, 'application/vnd.example.manifest+json'],
      ];
      for (const [type, declared] of bad) {
        const answer = await scene.put(`${MANIFESTS}bad`, own(type), declared);
        assert.deepEqual(verdict(answer), [400, 'MANIFEST_INVALID'], `${type} as ${declared}`);
      }
      const nothing = await scene.send(`${MANIFESTS}good`, { method: 'PUT', body: own(OCI_MANIFEST) });
      assert.equal(nothing.status, 201);
      assert.deepEqual(await scene.store.repositories.tags(NAME), ['good']);
    }),
  );

  it(
    'refuses what is no manifest, and says what to do about schema 1',
    pushScene(async (scene) => {
      for (const text of ['', 'null', '[]', '{', '{}', '{"schemaVersion":3}', '{"schemaVersion":2}']) {
        assert.deepEqual(verdict(await scene.put(`${MANIFESTS}bad`, text)), [400, 'MANIFEST_INVALID'], text);
      }
      for (const type of [DOCKER_SCHEMA1, DOCKER_SCHEMA1_SIGNED, 'application/json']) {
        const answer = await scene.put(`${MANIFESTS}old`, '{"schemaVersion":1,"fsLayers":[]}', type);
        assert.deepEqual(verdict(answer), [400, 'MANIFEST_INVALID']);
        assert.match(
          errorOf(answer)?.message ?? '',
          /schema 1 .* not supported: rebuild the image or push it again/,
        );
      }
    }),
  );

  it(
    'refuses a manifest of another digest',
    pushScene(async (scene) => {
      await pushBlobs(scene);
      const answer = await scene.put(`${MANIFESTS}${imageOf('other').digest}`, APP.manifest);
      assert.deepEqual(verdict(answer), [400, 'DIGEST_INVALID']);
      const sha512 = `sha512:${createHash('sha512').update(APP.manifest).digest('hex')}`;
      assert.equal((await scene.put(`${MANIFESTS}${sha512}`, APP.manifest)).status, 201);
      const found = await scene.send(`${MANIFESTS}${sha512}`);
      assert.deepEqual(found.body, APP.manifest);
      assert.equal(found.header('docker-content-digest'), sha512);
    }),
  );

  it(
    'takes manifests of 4 MiB and no larger ones',
    pushScene(async (scene) => {
      await pushBlobs(scene);
      const largest = Buffer.concat([APP.manifest, Buffer.alloc(LIMIT - APP.manifest.length, ' ')]);
      assert.equal((await scene.put(`${MANIFESTS}largest`, largest)).status, 201);
      const sized = httpRequest(`${scene.url}${MANIFESTS}large`, {
        method: 'PUT',
        agent: false,
        headers: { 'content-type': OCI_MANIFEST, 'content-length': LIMIT + 1 },
      });
      sized.flushHeaders();
      assert.equal(await statusOf(sized), 413);
      const chunked = httpRequest(`${scene.url}${MANIFESTS}large`, {
        method: 'PUT',
        agent: false,
        headers: { 'content-type': OCI_MANIFEST, 'transfer-encoding': 'chunked' },
      });
      chunked.write(largest);
      chunked.write(' ');
      assert.equal(await statusOf(chunked), 413);
      assert.deepEqual(await scene.store.repositories.tags(NAME), ['largest']);
    }),
  );
});

/** The status of an answer that comes before the request is over. */
function statusOf(sent: ReturnType<typeof httpRequest>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => {
      sent.off('error', reject).on('error', () => undefined);
      resolve(response.statusCode);
      sent.destroy();
    });
  });
}

group('what a pushed manifest names', () => {
  it(
    'has to be in the repository, and the answer tells what is not',
    pushScene(async (scene) => {
      await pushBlob(scene, NAME, APP.config);
      await pushBlob(scene, 'team/other', APP.layer);
      const image = await scene.put(`${MANIFESTS}v1`, APP.manifest);
      assert.deepEqual(verdict(image), [404, 'MANIFEST_BLOB_UNKNOWN']);
      assert.deepEqual(missingOf(image), [digestOf(APP.layer)]);
      const index = await scene.put(`${MANIFESTS}all`, indexOf([APP.manifest]), OCI_INDEX);
      assert.deepEqual(verdict(index), [404, 'MANIFEST_BLOB_UNKNOWN']);
      assert.deepEqual(missingOf(index), [APP.digest]);
      assert.equal(await scene.store.repositories.readTag(NAME, 'v1'), undefined);
      assert.equal(await scene.store.blobs.stat(APP.digest), undefined);
    }),
  );

  it(
    'need not be here when it is a foreign layer or the subject',
    pushScene(async (scene) => {
      const foreign = { ...describe(Buffer.from('elsewhere')), urls: ['https://example.com/layer'] };
      const subject = describe(imageOf('not here').manifest);
      const image = imageOf('app', { layers: [foreign], subject });
      const answer = await pushImage(scene, NAME, 'v1', image);
      assert.equal(answer.status, 201);
      assert.equal(answer.header('oci-subject'), subject.digest);
    }),
  );

  it(
    'may be the manifests of an index, in an index of either kind',
    pushScene(async (scene) => {
      const arm = imageOf('arm');
      for (const image of [APP, arm]) await pushImage(scene, NAME, image.digest, image);
      for (const type of [OCI_INDEX, DOCKER_LIST]) {
        const index = indexOf([APP.manifest, arm.manifest], type);
        assert.equal((await scene.put(`${MANIFESTS}all`, index, type)).status, 201);
        const found = await scene.send(`${MANIFESTS}all`);
        assert.deepEqual([found.body, found.header('content-type')], [index, type]);
      }
      const nested = indexOf([indexOf([APP.manifest, arm.manifest])]);
      assert.equal((await scene.put(`${MANIFESTS}nested`, nested, OCI_INDEX)).status, 201);
    }),
  );

  it(
    'is taken from the upstream when a HEAD under this name finds it there',
    pushScene(async (scene) => {
      const base = imageOf('base');
      publish(scene.hub, 'library/node', '20', base);
      const here = await scene.send(`/v2/node/blobs/${digestOf(base.layer)}`, { method: 'HEAD' });
      assert.equal(here.status, 200, 'so that a client will not upload it');
      const layers = [describe(base.layer), describe(APP.layer)];
      const derived = imageOf('app', { layers });
      const answer = await pushImage(scene, 'node', 'mine', derived);
      assert.equal(answer.status, 201);
      await scene.hub.close();
      assert.deepEqual((await scene.send(`/v2/node/blobs/${digestOf(base.layer)}`)).body, base.layer);
      assert.deepEqual((await scene.send('/v2/node/manifests/mine')).body, derived.manifest);
    }),
  );

  it(
    'is linked and not fetched anew when it is here already',
    pushScene(async (scene) => {
      publish(scene.hub, 'library/node', '20', APP);
      const layer = digestOf(APP.layer);
      assert.deepEqual((await scene.send(`/v2/node/blobs/${layer}`)).body, APP.layer);
      await untilLinked(scene, 'library/node', layer);
      await pushBlob(scene, 'node', APP.config);
      assert.equal((await scene.put('/v2/node/manifests/mine', APP.manifest)).status, 201);
      const fetched = scene.hub.requests.filter(
        ({ method, path }) => method === 'GET' && path.endsWith(layer),
      );
      assert.equal(fetched.length, 1);
      assert.equal(await scene.store.repositories.hasLayer('node', layer), true);
    }),
  );
});
