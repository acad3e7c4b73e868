import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomBytesOf } from '../../parts/layers.js';
import { startGatedUpstream } from './gated-upstream.js';
import { startMirror } from './mirror.js';
import { errorCodeOf, scene, untilStored, withParts } from './scene.js';
import { tap } from './tap.js';

const BLOB = randomBytesOf('private', 200_000);

/** Invariant I8: what is here under one name is given out under another only after that name's upstream has shown it. */
describe('a blob that is here under another repository', () => {
  for (const method of ['GET', 'HEAD']) {
    it(
      `costs one HEAD and no GET, asked by ${method}`,
      scene(async ({ mirror, hub }) => {
        const digest = hub.library.addBlob('library/first', BLOB);
        hub.library.addBlob('library/second', BLOB);
        await mirror.send(`/v2/library/first/blobs/${digest}`);
        await untilStored(mirror, digest);
        // So that nothing is left of the transfer, which could still be joined.
        await mirror.restart();
        const before = hub.requests.length;
        for (let round = 0; round < 2; round += 1) {
          const answer = await mirror.send(`/v2/library/second/blobs/${digest}`, { method });
          assert.equal(answer.status, 200);
          assert.equal(answer.header('content-length'), String(BLOB.length));
        }
        assert.deepEqual((await mirror.send(`/v2/library/second/blobs/${digest}`)).body, BLOB);
        const asked = hub.requests.slice(before);
        assert.deepEqual(
          asked.map((request) => `${request.method} ${request.path}`),
          [`HEAD /v2/library/second/blobs/${digest}`],
        );
      }),
    );

    for (const [status, expected, code] of [
      [404, 404, 'BLOB_UNKNOWN'],
      [401, 403, 'DENIED'],
      [403, 403, 'DENIED'],
    ] as const) {
      it(
        `is kept from who may not have it: ${status} to ${method}`,
        scene(async ({ mirror, hub }) => {
          const digest = hub.library.addBlob('library/first', BLOB);
          await mirror.send(`/v2/library/first/blobs/${digest}`);
          await untilStored(mirror, digest);
          await mirror.restart();
          hub.on({ path: /second/, plan: { status } });
          const answer = await mirror.send(`/v2/library/second/blobs/${digest}`, { method });
          assert.equal(answer.status, expected);
          if (method === 'GET') assert.equal(errorCodeOf(answer), code);
          assert.ok(answer.body.length < 1000);
          assert.equal(await mirror.store.repositories.hasLayer('library/second', digest), false);
        }),
      );
    }
  }

  it(
    'is not given out when the upstream cannot be asked',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('library/first', BLOB);
      await mirror.send(`/v2/library/first/blobs/${digest}`);
      await untilStored(mirror, digest);
      await hub.close();
      assert.equal((await mirror.send(`/v2/library/second/blobs/${digest}`)).status, 502);
    }),
  );
});

describe('a manifest that is here under another repository', () => {
  it(
    'is linked after one HEAD, or refused after it',
    scene(async ({ mirror, hub }) => {
      const document = { schemaVersion: 2, manifests: [] };
      const type = 'application/vnd.oci.image.index.v1+json';
      const digest = hub.library.addManifest('library/first', document, 'latest', type);
      hub.library.addManifest('library/second', document, 'latest', type);
      await mirror.send(`/v2/library/first/manifests/${digest}`);
      const before = hub.requests.length;
      assert.equal((await mirror.send(`/v2/library/second/manifests/${digest}`)).status, 200);
      assert.equal((await mirror.send(`/v2/library/second/manifests/${digest}`)).status, 200);
      assert.equal((await mirror.send(`/v2/library/third/manifests/${digest}`)).status, 404);
      assert.deepEqual(
        hub.requests.slice(before).map(({ method, path }) => `${method} ${path.split('/')[3]}`),
        ['HEAD second', 'HEAD third'],
      );
    }),
  );
});

describe('a blob that is still arriving for another repository', () => {
  it(
    'is shared after one HEAD, without another transfer, and linked for both',
    withParts(async (parts) => {
      const upstream = parts.add(await startGatedUpstream(BLOB));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      upstream.open(100_000);
      const first = tap(`${mirror.url}/v2/library/first/blobs/${upstream.digest}`);
      await first.until(100_000);
      const second = tap(`${mirror.url}/v2/library/second/blobs/${upstream.digest}`);
      await second.until(100_000);
      assert.deepEqual(
        upstream.requests.map(({ method, path }) => `${method} ${path.split('/')[3]}`),
        ['GET first', 'HEAD second'],
      );
      upstream.openAll();
      assert.deepEqual([await first.end, await second.end], ['complete', 'complete']);
      await mirror.stop();
      await mirror.restart();
      for (const name of ['library/first', 'library/second']) {
        assert.equal(await mirror.store.repositories.hasLayer(name, upstream.digest), true);
      }
    }),
  );

  it(
    'is kept from who may not have it',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('library/first', BLOB);
      hub.on({ method: 'GET', path: /first/, plan: { stallAfter: 100_000 } });
      const first = tap(`${mirror.url}/v2/library/first/blobs/${digest}`);
      await first.until(90_000);
      for (const [status, expected] of [
        [404, 404],
        [401, 403],
      ] as const) {
        hub.on({ path: /second/, plan: { status } });
        const answer = await mirror.send(`/v2/library/second/blobs/${digest}`);
        assert.equal(answer.status, expected);
        assert.ok(answer.body.length < 1000);
      }
      assert.equal(await mirror.store.repositories.hasLayer('library/second', digest), false);
      first.leave();
    }),
  );
});
