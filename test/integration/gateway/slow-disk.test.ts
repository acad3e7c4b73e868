import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deferred } from '#src/gateway/deferred.js';
import type { Store } from '#src/store/port.js';
import { scene } from './scene.js';

const PATH = '/v2/library/app/manifests';
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** A store that writes no manifest until the gate is opened. */
function slowStore() {
  const gate = deferred<void>();
  const change = (store: Store): Store => {
    const put = store.blobs.put.bind(store.blobs);
    store.blobs.put = async (digest, bytes) => {
      await gate.promise;
      await put(digest, bytes);
    };
    return store;
  };
  return { gate, change };
}

describe('a disk that takes its time', () => {
  const { gate, change } = slowStore();

  it(
    'keeps no client from a manifest, and nobody from what is on its way to it',
    scene(
      async ({ mirror, hub }) => {
        const document = { schemaVersion: 2, manifests: [] };
        const digest = hub.library.addManifest('library/app', document, 'latest', INDEX);
        assert.equal((await mirror.send(`${PATH}/latest`)).status, 200);
        const asked = hub.requests.length;
        assert.equal(await mirror.store.blobs.stat(digest), undefined);
        // What was answered a moment ago is no longer believed from memory, and its upstream is gone.
        mirror.clock.now += 30_000;
        await hub.close();
        const later = [mirror.send(`${PATH}/latest`), mirror.send(`${PATH}/${digest}`)];
        const list = mirror.send('/v2/library/app/tags/list');
        gate.resolve();
        for (const answer of await Promise.all(later)) assert.equal(answer.status, 200);
        assert.deepEqual((await list).json(), { name: 'library/app', tags: ['latest'] });
        assert.equal(hub.requests.length, asked);
        await mirror.restart();
        assert.equal((await mirror.send(`${PATH}/${digest}`)).status, 200);
      },
      { change, mirror: { revalidate: 60_000 } },
    ),
  );
});
