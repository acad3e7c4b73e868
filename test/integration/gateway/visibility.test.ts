import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomBytesOf } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import { startGatedUpstream } from './gated-upstream.js';
import { startMirror } from './mirror.js';
import { lines, untilStored, visibleFiles, withParts } from './scene.js';
import { tap } from './tap.js';

const BLOB = randomBytesOf('visibility', 500_000);

/** Invariant I2: visible means whole. */
describe('a blob that is on its way', () => {
  it(
    'is nowhere to be seen until it is whole',
    withParts(async (parts) => {
      const upstream = parts.add(await startGatedUpstream(BLOB));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      const client = tap(`${mirror.url}/v2/library/app/blobs/${upstream.digest}`);
      for (const position of [0, 1, 200_000, BLOB.length - 1]) {
        upstream.open(position);
        await client.until(Math.max(0, Math.min(position, BLOB.length - 1024)));
        assert.deepEqual(await visibleFiles(mirror), []);
        assert.equal(await mirror.store.blobs.stat(upstream.digest), undefined);
        assert.equal(await mirror.store.repositories.hasLayer('library/app', upstream.digest), false);
      }
      upstream.openAll();
      assert.equal(await client.end, 'complete');
      await untilStored(mirror, upstream.digest);
      await waitFor(() => mirror.store.repositories.hasLayer('library/app', upstream.digest), {
        what: 'it is linked',
      });
    }),
  );

  it(
    'stays out of sight when its upstream is gone for good, and a client is cut off',
    withParts(async (parts) => {
      const upstream = parts.add(await startGatedUpstream(BLOB));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      upstream.open(400_000);
      const client = tap(`${mirror.url}/v2/library/app/blobs/${upstream.digest}`);
      await client.until(400_000);
      await upstream.close();
      assert.equal(await client.end, 'cut');
      assert.ok(client.received < BLOB.length);
      assert.deepEqual(await visibleFiles(mirror), []);
      const [line] = lines(mirror, 'request');
      assert.equal(line?.['result'], 'aborted');
      assert.equal(line?.['bytes'], 400_000);
      assert.equal(line?.['client'], '127.0.0.1');
      await mirror.restart();
      assert.deepEqual(await visibleFiles(mirror), []);
    }),
  );
});
