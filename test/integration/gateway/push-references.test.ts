import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OCI_INDEX, OCI_MANIFEST } from '#src/oci/media-type.js';
import { randomBytesOf, sha256 } from '../../parts/layers.js';
import { CONFIG, descriptor, imageOf, pushBlob, pushImage, pushManifest } from './pushing.js';
import { errorCodeOf, type Scene, scene } from './scene.js';

const BASE = randomBytesOf('base layer', 50_000);
const OWN = randomBytesOf('own layer', 5000);

/** A client does not upload what a HEAD under the name it pushes to has found at the upstream: the other cases. */
describe('a pushed image on a base of the upstream', () => {
  it(
    'gets a manifest of an index from there',
    scene(async (given) => {
      const { mirror } = given;
      const theirs = addBase(given);
      const manifests = [descriptor(theirs, OCI_MANIFEST)];
      const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
      const answer = await pushManifest(mirror, 'node', 'mine', index, OCI_INDEX);
      assert.equal(answer.status, 201, answer.text());
      assert.deepEqual((await mirror.send(`/v2/node/manifests/${sha256(theirs)}`)).body, theirs);
    }),
  );
});

describe('a pushed image with a layer that is nowhere', () => {
  it(
    'is refused when the upstream does not have it, denies it, or is gone',
    scene(
      async ({ mirror, hub }) => {
        for (const blob of [CONFIG, OWN]) await pushBlob(mirror, 'node', blob);
        for (const status of [404, 401, 500]) {
          hub.on({ plan: { status } });
          const answer = await pushManifest(mirror, 'node', 'mine', imageOf([BASE, OWN]));
          assert.equal(answer.status, 404);
          assert.equal(errorCodeOf(answer), 'MANIFEST_BLOB_UNKNOWN');
        }
      },
      { limits: { attempts: 1 } },
    ),
  );

  it(
    'is refused without asking when the repository was only pushed to',
    scene(async (given) => {
      const { mirror, hub } = given;
      addBase(given);
      await pushImage(mirror, 'node', 'first', [OWN]);
      const before = hub.requests.length;
      const answer = await pushManifest(mirror, 'node', 'mine', imageOf([BASE, OWN]));
      assert.equal(errorCodeOf(answer), 'MANIFEST_BLOB_UNKNOWN');
      assert.equal(hub.requests.length, before);
    }),
  );

  it(
    'is refused without asking when the mirror is offline',
    scene(
      async ({ mirror, hub }) => {
        await pushBlob(mirror, 'node', CONFIG);
        const answer = await pushManifest(mirror, 'node', 'mine', imageOf([BASE]));
        assert.equal(errorCodeOf(answer), 'MANIFEST_BLOB_UNKNOWN');
        assert.equal(hub.requests.length, 0);
      },
      { mirror: { offline: true } },
    ),
  );
});

/** The base image at the upstream; gives its manifest. */
function addBase({ hub }: Pick<Scene, 'hub'>): Buffer {
  for (const blob of [BASE, CONFIG]) hub.library.addBlob('library/node', blob);
  const bytes = imageOf([BASE]);
  hub.library.addManifest('library/node', bytes, 'latest', OCI_MANIFEST);
  return bytes;
}
