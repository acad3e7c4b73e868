import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Digest } from '#src/oci/digest.js';
import { asPart } from '../../parts/cleanup.js';
import { randomBytesOf, sha256 } from '../../parts/layers.js';
import { type Plan, startScriptedRegistry } from '../../parts/scripted-registry.js';
import { startGatedUpstream } from './gated-upstream.js';
import { startMirror, type TestMirror } from './mirror.js';
import { type Scene, scene, visibleFiles, withParts } from './scene.js';
import { tap } from './tap.js';

const BLOB = randomBytesOf('wrong bytes', 300_000);
const REPOSITORY = 'library/app';

/** Invariant I1: no client ever gets a complete body with another digest, and nothing of it is stored. */
describe('an upstream that sends what is not the blob', () => {
  const plans: Record<string, Plan> = {
    'the wrong bytes': { corrupt: true },
    'the wrong bytes, chunked': { corrupt: true, chunked: true },
    'no bytes under the right length': { empty: true },
    'no bytes and no length': { empty: true, chunked: true },
    'an empty body that says so': { empty: true, announce: -BLOB.length },
    'fewer bytes than announced': { cutAfter: 100_000 },
    'fewer bytes and a length that fits them': { announce: -50_000 },
    'fewer bytes, chunked': { chunked: true, cutAfter: 100_000 },
    'more bytes announced than there are': { announce: 5000 },
    'another encoding': { gzip: true },
  };
  for (const [what, plan] of Object.entries(plans)) {
    it(
      what,
      scene(async ({ mirror, hub }) => {
        const digest = hub.library.addBlob(REPOSITORY, BLOB);
        hub.on({ method: 'GET', path: /blobs/, plan: { ranges: false, ...plan } });
        await neverWhole(mirror, digest);
        hub.behave();
        await heals(mirror, digest);
      }),
    );
  }

  it(
    'the last bytes wrong',
    scene(async ({ mirror, hub }) => {
      const wrong = Buffer.from(BLOB);
      wrong.writeUInt8(wrong.readUInt8(BLOB.length - 1) ^ 1, BLOB.length - 1);
      const digest = hub.library.addBlob(REPOSITORY, BLOB);
      hub.on({ method: 'GET', path: /blobs/, plan: { status: 200, body: wrong } });
      const client = await neverWhole(mirror, digest);
      assert.ok(client.received > 0, 'the first bytes did not wait for the last');
      hub.behave();
      await heals(mirror, digest);
    }),
  );

  it(
    'a body of a few bytes, of which the client gets none',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob(REPOSITORY, Buffer.from('a small config'));
      hub.on({ method: 'GET', path: /blobs/, plan: { corrupt: true } });
      const client = await neverWhole(mirror, digest);
      assert.equal(client.received, 0);
    }),
  );

  it(
    'a manifest with other bytes than its digest',
    scene(async ({ mirror, hub }) => {
      const digest = manifest(hub);
      hub.on({ method: 'GET', path: /manifests/, plan: { corrupt: true } });
      const answer = await mirror.send(`/v2/${REPOSITORY}/manifests/${digest}`);
      assert.equal(answer.status, 502, answer.text());
      assert.deepEqual(await visibleFiles(mirror), []);
      hub.behave();
      assert.equal((await mirror.send(`/v2/${REPOSITORY}/manifests/${digest}`)).status, 200);
    }),
  );

  it(
    'passed through by a store that keeps nothing',
    withParts(async (parts) => {
      const hub = await startScriptedRegistry();
      parts.add(asPart(() => hub.close()));
      const upstreams = [{ host: 'docker.io', endpoint: hub.endpoint }];
      const mirror = parts.add(await startMirror({ upstreams, root: '/dev/null/no-folder' }));
      const digest = hub.library.addBlob(REPOSITORY, BLOB);
      hub.on({ method: 'GET', path: /blobs/, times: 1, plan: { corrupt: true } });
      const client = tap(`${mirror.url}/v2/${REPOSITORY}/blobs/${digest}`);
      assert.equal(await client.end, 'cut');
      assert.ok(client.received < BLOB.length);
      const again = tap(`${mirror.url}/v2/${REPOSITORY}/blobs/${digest}`);
      assert.equal(await again.end, 'complete');
      assert.deepEqual(again.bytes(), BLOB);
    }),
  );
});

describe('the end of a blob', () => {
  it(
    'is held back until the whole is verified',
    withParts(async (parts) => {
      const upstream = parts.add(await startGatedUpstream(BLOB));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      upstream.open(BLOB.length - 1);
      const client = tap(`${mirror.url}/v2/${REPOSITORY}/blobs/${upstream.digest}`);
      await client.until(BLOB.length - 1024);
      assert.equal((await client.answer).headers['content-length'], String(BLOB.length));
      assert.equal(client.received, BLOB.length - 1024);
      upstream.openAll();
      assert.equal(await client.end, 'complete');
      assert.deepEqual(client.bytes(), BLOB);
    }),
  );
});

/** The client is cut off or told, and nothing is visible. */
async function neverWhole(mirror: TestMirror, digest: Digest) {
  const client = tap(`${mirror.url}/v2/${REPOSITORY}/blobs/${digest}`);
  const end = await client.end;
  const status = await client.answer.then(
    (answer) => answer.status,
    () => undefined,
  );
  if (status === 200) assert.equal(end, 'cut', `${client.received} bytes`);
  else assert.ok(status === undefined || status >= 500, String(status));
  assert.deepEqual(await visibleFiles(mirror), []);
  return client;
}

async function heals(mirror: TestMirror, digest: Digest): Promise<void> {
  const answer = await mirror.send(`/v2/${REPOSITORY}/blobs/${digest}`);
  assert.equal(answer.status, 200, answer.text().slice(0, 500));
  assert.equal(sha256(answer.body), digest);
}

function manifest(hub: Scene['hub']): Digest {
  const config = hub.library.addBlob(REPOSITORY, Buffer.from('{}'));
  const mediaType = 'application/vnd.oci.image.config.v1+json';
  return hub.library.addManifest(
    REPOSITORY,
    { schemaVersion: 2, config: { mediaType, digest: config, size: 2 }, layers: [] },
    'latest',
  );
}
