import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe as group, it } from 'node:test';
import { hexOf } from '#src/oci/digest.js';
import { OCI_INDEX } from '#src/oci/media-type.js';
import { referrersFolder } from '#src/store/layout.js';
import type { Answer } from '../../parts/http.js';
import {
  describe,
  imageOf,
  type PushScene,
  publish,
  pushImage,
  pushScene,
  type TestImage,
  verdict,
} from './push-scene.js';

const NAME = 'team/app';
const APP = imageOf('app');
const SUBJECT = { subject: describe(APP.manifest) };
const SIGNATURE = 'application/vnd.example.signature';
const SBOM = 'application/vnd.example.sbom';
const signature = imageOf('signature', { ...SUBJECT, artifactType: SIGNATURE, annotations: { by: 'me' } });
const sbom = imageOf('sbom', { ...SUBJECT, artifactType: SBOM });
const untyped = imageOf('untyped', SUBJECT);
const REFERRERS = `/v2/${NAME}/referrers/${APP.digest}`;

interface Listed {
  readonly digest: string;
  readonly artifactType?: string;
}

/** What an answer lists, once it was seen to be an index. */
function listed(answer: Answer): Listed[] {
  assert.deepEqual([answer.status, answer.header('content-type')], [200, OCI_INDEX]);
  const index = answer.json() as { schemaVersion: number; mediaType: string; manifests: Listed[] };
  assert.deepEqual([index.schemaVersion, index.mediaType], [2, OCI_INDEX]);
  return index.manifests;
}

function digests(answer: Answer): string[] {
  return listed(answer)
    .map(({ digest }) => digest)
    .sort();
}

function digestsOf(...images: TestImage[]): string[] {
  return images.map(({ digest }) => digest).sort();
}

async function pushAll(scene: PushScene, ...images: TestImage[]): Promise<void> {
  for (const image of images) assert.equal((await pushImage(scene, NAME, image.digest, image)).status, 201);
}

group('referrers that were pushed', () => {
  it(
    'are listed with what a client chooses them by',
    pushScene(async (scene) => {
      await pushAll(scene, APP, signature, sbom, untyped);
      const found = listed(await scene.send(REFERRERS));
      const [one] = found.filter(({ digest }) => digest === signature.digest);
      assert.deepEqual(one, {
        ...describe(signature.manifest),
        artifactType: SIGNATURE,
        annotations: { by: 'me' },
      });
      const [other] = found.filter(({ digest }) => digest === untyped.digest);
      assert.equal(other?.artifactType, 'application/vnd.oci.image.config.v1+json', 'that of its config');
      assert.equal(found.length, 3);
      const asked = scene.hub.requests.filter(({ path }) => path.includes('/referrers/'));
      assert.deepEqual(asked, [], 'a subject that was pushed here is nobody else’s business');
    }),
  );

  it(
    'are listed before and without their subject',
    pushScene(async (scene) => {
      await pushAll(scene, signature);
      assert.deepEqual(digests(await scene.send(REFERRERS)), digestsOf(signature));
    }),
  );

  it(
    'are filtered by artifactType, and the answer says so',
    pushScene(async (scene) => {
      await pushAll(scene, signature, sbom, untyped);
      const whole = await scene.send(REFERRERS);
      assert.equal(whole.header('oci-filters-applied'), undefined);
      for (const [type, images] of [
        [SIGNATURE, [signature]],
        [SBOM, [sbom]],
        ['application/none', []],
      ] as const) {
        const answer = await scene.send(`${REFERRERS}?artifactType=${encodeURIComponent(type)}`);
        assert.deepEqual(digests(answer), digestsOf(...images));
        assert.equal(answer.header('oci-filters-applied'), 'artifactType');
      }
      const empty = await scene.send(`${REFERRERS}?artifactType=`);
      assert.equal(listed(empty).length, 3);
      assert.equal(empty.header('oci-filters-applied'), undefined, 'nothing was filtered');
    }),
  );

  it(
    'are those of their own repository only, and none for what nobody refers to',
    pushScene(
      async (scene) => {
        await pushAll(scene, signature);
        for (const path of [
          `/v2/team/other/referrers/${APP.digest}`,
          `/v2/${NAME}/referrers/${sbom.digest}`,
          `/v2/${NAME}/referrers/sha512:${'0'.repeat(128)}`,
        ]) {
          assert.deepEqual(digests(await scene.send(path)), [], path);
        }
        const malformed = await scene.send(`/v2/${NAME}/referrers/sha256:abc`);
        assert.deepEqual(verdict(malformed), [400, 'DIGEST_INVALID']);
        const head = await scene.send(REFERRERS, { method: 'HEAD' });
        assert.deepEqual([head.status, head.body.length], [200, 0]);
      },
      { hosts: [] },
    ),
  );

  it(
    'are found by a mirror that has lost its index of them',
    pushScene(
      async (scene) => {
        await pushAll(scene, signature);
        await rm(join(scene.root, referrersFolder(NAME)), { recursive: true });
        assert.deepEqual(digests(await scene.send(REFERRERS)), digestsOf(signature));
      },
      { hosts: [] },
    ),
  );
});

group('referrers at an upstream', () => {
  it(
    'are passed on with those that were pushed here, each once',
    pushScene(async (scene) => {
      for (const image of [signature, sbom]) publish(scene.hub, NAME, image.digest, image);
      await pushAll(scene, signature, untyped);
      const answer = await scene.send(REFERRERS);
      assert.deepEqual(digests(answer), digestsOf(signature, sbom, untyped));
      const some = await scene.send(`${REFERRERS}?artifactType=${SBOM}`);
      assert.deepEqual(digests(some), digestsOf(sbom));
      assert.equal(some.header('oci-filters-applied'), 'artifactType');
      const path = `/v2/${NAME}/referrers/${APP.digest}`;
      assert.ok(scene.hub.requests.some((request) => request.path === path));
    }),
  );

  it(
    'are found by the tag schema where there is no API',
    pushScene(
      async (scene) => {
        const index = {
          schemaVersion: 2,
          mediaType: OCI_INDEX,
          manifests: [signature, sbom].map(({ manifest }, position) => ({
            ...describe(manifest),
            artifactType: position === 0 ? SIGNATURE : SBOM,
          })),
        };
        const tag = `sha256-${hexOf(APP.digest)}`;
        scene.hub.library.addManifest(NAME, index, tag, OCI_INDEX);
        assert.deepEqual(digests(await scene.send(REFERRERS)), digestsOf(signature, sbom));
        const some = await scene.send(`${REFERRERS}?artifactType=${SBOM}`);
        assert.deepEqual(digests(some), digestsOf(sbom));
        assert.equal(some.header('oci-filters-applied'), 'artifactType');
        const other = await scene.send(`/v2/${NAME}/referrers/${sbom.digest}`);
        assert.deepEqual(digests(other), []);
      },
      { registry: { referrers: false } },
    ),
  );

  it(
    'are asked of the upstream that the name means',
    pushScene(
      async (scene) => {
        publish(scene.registry('ghcr.io'), NAME, 'signature', signature);
        for (const path of [`${REFERRERS}?ns=ghcr.io`, `/v2/ghcr.io/${NAME}/referrers/${APP.digest}`]) {
          assert.deepEqual(digests(await scene.send(path)), digestsOf(signature), path);
        }
        assert.deepEqual(scene.hub.requests, []);
      },
      { hosts: ['docker.io', 'ghcr.io'] },
    ),
  );

  it(
    'leave those that are here when it is down',
    pushScene(async (scene) => {
      publish(scene.hub, NAME, 'sbom', sbom);
      assert.equal((await scene.send(`/v2/${NAME}/manifests/sbom`)).status, 200);
      await pushAll(scene, signature);
      scene.hub.on({ plan: { reset: true } });
      assert.deepEqual(digests(await scene.send(REFERRERS)), digestsOf(sbom, signature));
    }),
  );

  it(
    'are not asked for when the mirror is offline',
    pushScene(
      async (scene) => {
        publish(scene.hub, NAME, 'sbom', sbom);
        assert.deepEqual(digests(await scene.send(REFERRERS)), []);
        assert.deepEqual(scene.hub.requests, []);
      },
      { mirror: { offline: true } },
    ),
  );
});
