import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '#src/oci/digest.js';
import { OCI_MANIFEST } from '#src/oci/media-type.js';
import { request } from '../../parts/http.js';
import { descriptorOf, smallImage } from '../../parts/images.js';
import { type Scene, scene, untilKept } from './scene.js';

const IMAGES = ['one', 'two', 'three', 'four'].map((seed) => smallImage(`history-${seed}`, { size: 10 }));
const TAG = '/v2/library/app/manifests/latest';

/** Has the tag stand for one image after the other, and the mirror notice each time. */
async function moveAlong({ mirror, hub }: Scene): Promise<Digest[]> {
  const digests: Digest[] = [];
  for (const { manifest } of IMAGES) {
    digests.push(
      hub.library.addManifest('library/app', JSON.parse(manifest.bytes.toString()) as object, 'latest'),
    );
    mirror.clock.now += 3_600_000;
    assert.equal((await mirror.send(TAG)).header('docker-content-digest'), manifest.digest);
    await untilKept(mirror);
    // For the clock of the file system.
    await sleep(15);
  }
  return digests;
}

async function history({ mirror }: Scene, repository: string): Promise<Digest[]> {
  return (await mirror.store.repositories.tagHistory(repository, 'latest')).map(({ digest }) => digest);
}

describe('what a tag stood for', () => {
  it(
    'is remembered so many digests back, and can still be pulled by digest',
    scene(
      async (its) => {
        const digests = await moveAlong(its);
        assert.deepEqual(await history(its, 'library/app'), digests.slice(1).reverse());
        const asked = its.hub.requests.length;
        for (const digest of digests) {
          const answer = await its.mirror.send(`/v2/library/app/manifests/${digest}`);
          assert.equal(answer.status, 200);
        }
        assert.equal(its.hub.requests.length, asked);
      },
      { mirror: { keepDigests: 3 } },
    ),
  );

  it(
    'is remembered for ever when it was pushed',
    scene(
      async (its) => {
        const { mirror } = its;
        for (const { config, layers, manifest } of IMAGES) {
          for (const { digest, bytes } of [config, ...layers]) {
            await mirror.store.blobs.put(digest, bytes);
            await mirror.store.repositories.linkLayer('team/app', digest);
          }
          const pushed = await request(`${mirror.url}/v2/team/app/manifests/latest`, {
            method: 'PUT',
            headers: { 'content-type': OCI_MANIFEST },
            body: manifest.bytes,
          });
          assert.equal(pushed.status, 201, pushed.text());
          await sleep(15);
        }
        const digests = IMAGES.map(({ manifest }) => descriptorOf(manifest).digest);
        assert.deepEqual(await history(its, 'team/app'), digests.reverse());
      },
      { mirror: { keepDigests: 1 } },
    ),
  );
});
