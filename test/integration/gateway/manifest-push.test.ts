import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it } from 'node:test';
import { DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '#src/oci/media-type.js';
import { randomBytesOf, sha256 } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import { CONFIG, descriptor, imageOf, pushBlob, pushImage, pushManifest } from './pushing.js';
import { errorCodeOf, lines, scene } from './scene.js';

const LAYER = randomBytesOf('manifest push', 10_000);
const MIB = 1024 * 1024;

describe('a pushed manifest', () => {
  it(
    'is there under its tag and its digest, and moves with the tag',
    scene(async ({ mirror }) => {
      const one = await pushImage(mirror, 'mine/app', 'v1');
      const two = await pushImage(mirror, 'mine/app', 'v1', [LAYER]);
      for (const [reference, { bytes }] of [
        ['v1', two],
        [one.digest, one],
        [two.digest, two],
      ] as const) {
        assert.deepEqual((await mirror.send(`/v2/mine/app/manifests/${reference}`)).body, bytes);
      }
    }),
  );

  it(
    'may name layers that are elsewhere, and no others that are missing',
    scene(async ({ mirror }) => {
      await pushBlob(mirror, 'mine/app', CONFIG);
      const foreign = { ...descriptor(LAYER, 'application/x'), urls: ['https://elsewhere.test/layer'] };
      const fine = await pushManifest(mirror, 'mine/app', 'v1', imageOf([], { layers: [foreign] }));
      assert.equal(fine.status, 201, fine.text());
      const refused = await pushManifest(mirror, 'mine/app', 'v2', imageOf([LAYER]));
      assert.equal(refused.status, 404);
      assert.equal(errorCodeOf(refused), 'MANIFEST_BLOB_UNKNOWN');
      assert.match(refused.text(), new RegExp(sha256(LAYER)));
      assert.equal((await mirror.send('/v2/mine/app/manifests/v2')).status, 404);
    }),
  );

  it(
    'that names manifests needs them in its own repository',
    scene(async ({ mirror }) => {
      const { bytes } = await pushImage(mirror, 'mine/other', 'v1');
      const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [descriptor(bytes, OCI_MANIFEST)] };
      const refused = await pushManifest(mirror, 'mine/app', 'v1', index, OCI_INDEX);
      assert.equal(errorCodeOf(refused), 'MANIFEST_BLOB_UNKNOWN');
      await pushImage(mirror, 'mine/app', 'child');
      assert.equal((await pushManifest(mirror, 'mine/app', 'v1', index, OCI_INDEX)).status, 201);
    }),
  );

  it(
    'asked to be another one by its digest is refused',
    scene(async ({ mirror }) => {
      await pushBlob(mirror, 'mine/app', CONFIG);
      const wrong = sha256(Buffer.from('other'));
      const answer = await pushManifest(mirror, 'mine/app', wrong, imageOf());
      assert.equal(answer.status, 400);
      assert.equal(errorCodeOf(answer), 'DIGEST_INVALID');
      const right = await pushManifest(mirror, 'mine/app', sha256(imageOf()), imageOf());
      assert.equal(right.status, 201);
      assert.deepEqual(await mirror.store.repositories.tags('mine/app'), []);
    }),
  );

  const invalid: Record<string, [body: string, type: string]> = {
    'that is no JSON': ['{', OCI_MANIFEST],
    'that is an array': ['[]', OCI_MANIFEST],
    'under another type than its own': [imageOf().toString(), DOCKER_MANIFEST],
    'under a type that is none': ['{"schemaVersion":2}', 'text/html'],
    'of schema 1': ['{"schemaVersion":1}', 'application/vnd.docker.distribution.manifest.v1+json'],
    'with a digest that is none': [
      '{"schemaVersion":2,"config":{"digest":"sha256:../..","size":1},"layers":[]}',
      OCI_MANIFEST,
    ],
  };
  for (const [what, [body, type]] of Object.entries(invalid)) {
    it(
      `${what} is refused`,
      scene(async ({ mirror }) => {
        const answer = await pushManifest(mirror, 'mine/app', 'v1', Buffer.from(body), type);
        assert.equal(answer.status, 400, answer.text());
        assert.equal(errorCodeOf(answer), 'MANIFEST_INVALID');
      }),
    );
  }
});

describe('a manifest of more than 4 MiB', () => {
  const large = Buffer.from(
    JSON.stringify({ schemaVersion: 2, manifests: [], annotations: { x: 'x'.repeat(4 * MIB) } }),
  );

  for (const chunked of [false, true]) {
    it(
      `is refused with 413${chunked ? ', when its length was not told' : ''}`,
      scene(async ({ mirror }) => {
        const { status, body } = await put(`${mirror.url}/v2/mine/app/manifests/v1`, large, chunked);
        assert.equal(status, 413);
        assert.match(body, /SIZE_INVALID/);
      }),
    );
  }

  it(
    'less a few bytes is taken',
    scene(async ({ mirror }) => {
      const fits = Buffer.from(
        JSON.stringify({ schemaVersion: 2, manifests: [], annotations: { x: 'x'.repeat(4 * MIB - 100) } }),
      );
      assert.equal((await pushManifest(mirror, 'mine/app', 'v1', fits, OCI_INDEX)).status, 201);
    }),
  );
});

describe('a client that leaves in the middle of a manifest', () => {
  it(
    'is no failure of the mirror, and nothing is kept',
    scene(async ({ mirror }) => {
      const leaving = request(`${mirror.url}/v2/mine/app/manifests/v1`, {
        method: 'PUT',
        agent: false,
        headers: { 'content-length': 1000 },
      });
      leaving.on('error', () => undefined);
      leaving.write('{"schemaVersion"');
      await new Promise((resolve) => leaving.once('socket', (socket) => socket.once('connect', resolve)));
      leaving.destroy();
      await waitFor(() => lines(mirror, 'request').length === 1, { what: 'the mirror knows' });
      assert.equal(lines(mirror, 'a request failed').length, 0);
      assert.equal(await mirror.store.repositories.exists('mine/app'), false);
    }),
  );
});

describe('an artifact', () => {
  it(
    'is listed as a referrer of its subject, even of one that is not here',
    scene(async ({ mirror, hub }) => {
      await hub.close();
      await pushBlob(mirror, 'mine/app', CONFIG);
      const subject = descriptor(imageOf([LAYER]), OCI_MANIFEST);
      const signature = imageOf([], {
        subject,
        artifactType: 'application/x.signature',
        annotations: { by: 'me' },
      });
      const answer = await pushManifest(mirror, 'mine/app', sha256(signature), signature);
      assert.equal(answer.status, 201);
      assert.equal(answer.header('oci-subject'), subject.digest);
      const plain = imageOf([], { subject });
      assert.equal((await pushManifest(mirror, 'mine/app', sha256(plain), plain)).status, 201);
      const listed = await referrers(mirror, `mine/app/referrers/${subject.digest}`);
      assert.deepEqual(listed.digests.sort(), [sha256(signature), sha256(plain)].sort());
      const filtered = await referrers(
        mirror,
        `mine/app/referrers/${subject.digest}?artifactType=application/x.signature`,
      );
      assert.deepEqual(filtered.digests, [sha256(signature)]);
      assert.equal(filtered.applied, 'artifactType');
      assert.equal(listed.applied, undefined);
      const none = await referrers(mirror, `mine/app/referrers/${sha256(Buffer.from('x'))}`);
      assert.deepEqual(none.digests, []);
      const gone = await mirror.send(`/v2/mine/app/manifests/${sha256(signature)}`, { method: 'DELETE' });
      assert.equal(gone.status, 202);
      const left = await referrers(mirror, `mine/app/referrers/${subject.digest}`);
      assert.deepEqual(left.digests, [sha256(plain)]);
    }),
  );
});

async function referrers(mirror: Parameters<typeof pushManifest>[0], path: string) {
  const answer = await mirror.send(`/v2/${path}`);
  assert.equal(answer.status, 200);
  assert.equal(answer.header('content-type'), OCI_INDEX);
  const { manifests } = answer.json() as { manifests: { digest: string }[] };
  return { digests: manifests.map(({ digest }) => digest), applied: answer.header('oci-filters-applied') };
}

/** A client that sends all it has before it looks for the answer. */
function put(url: string, bytes: Buffer, chunked: boolean): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': OCI_INDEX, ...(chunked ? {} : { 'content-length': bytes.length }) };
    const sent = request(url, { method: 'PUT', agent: false, headers });
    sent.once('error', reject);
    sent.once('response', async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
    });
    sent.end(bytes);
  });
}
