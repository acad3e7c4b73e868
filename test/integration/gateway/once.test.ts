import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomBytesOf, sha256 } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import { startGatedUpstream } from './gated-upstream.js';
import { startMirror } from './mirror.js';
import { lines, scene, untilStored, withParts } from './scene.js';
import { tap } from './tap.js';

const BLOB = randomBytesOf('once', 600_000);
const PATH = '/v2/library/app/blobs';

/** Invariant I3: at most one upstream transfer of a digest at a time. */
describe('many clients at once', () => {
  it(
    'cost one transfer: 32 cold pulls of four blobs, upstream bytes ÷ unique bytes = 1',
    scene(async ({ mirror, hub }) => {
      const blobs = [1_500_000, 40_000, 700, 0].map((size) => randomBytesOf(`many ${size}`, size));
      const digests = blobs.map((bytes) => hub.library.addBlob('library/app', bytes));
      const manifest = hub.library.addManifest(
        'library/app',
        { schemaVersion: 2, config: { digest: digests[2], size: 700, mediaType: 'x' }, layers: [] },
        'latest',
      );
      await Promise.all(
        Array.from({ length: 32 }, async () => {
          const tagged = await mirror.send('/v2/library/app/manifests/latest');
          assert.equal(sha256(tagged.body), manifest);
          const bodies = await Promise.all(digests.map((digest) => mirror.send(`${PATH}/${digest}`)));
          assert.deepEqual(
            bodies.map(({ body }) => sha256(body)),
            digests,
          );
        }),
      );
      const unique = blobs.reduce((sum, { length }) => sum + length, 0);
      const manifestBytes = hub.library.manifest('library/app', manifest)?.bytes.length ?? 0;
      assert.equal(hub.contentBytesSent, unique + manifestBytes);
      for (const digest of digests) {
        const asked = hub.requests.filter(({ path }) => path.endsWith(digest));
        assert.deepEqual(
          asked.map(({ method }) => method),
          ['GET'],
        );
      }
    }),
  );

  it(
    'share what arrives: who comes late gets everything that is here at once',
    withParts(async (parts) => {
      const upstream = parts.add(await startGatedUpstream(BLOB));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      upstream.open(400_000);
      const first = tap(`${mirror.url}${PATH}/${upstream.digest}`);
      await first.until(400_000);
      const late = tap(`${mirror.url}${PATH}/${upstream.digest}`);
      await late.until(400_000);
      assert.deepEqual(late.bytes(), BLOB.subarray(0, 400_000));
      upstream.openAll();
      assert.deepEqual(await Promise.all([first.end, late.end]), ['complete', 'complete']);
      assert.deepEqual(late.bytes(), BLOB);
      assert.deepEqual(first.bytes(), BLOB);
      assert.equal(upstream.requests.length, 1);
      await waitFor(() => lines(mirror, 'request').length === 2, { what: 'both were logged' });
      assert.deepEqual(
        lines(mirror, 'request')
          .map(({ result }) => result)
          .sort(),
        ['joined', 'miss'],
      );
    }),
  );
});

describe('a client that leaves', () => {
  it(
    'does not stop the transfer',
    withParts(async (parts) => {
      const upstream = parts.add(await startGatedUpstream(BLOB));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      upstream.open(100_000);
      const client = tap(`${mirror.url}${PATH}/${upstream.digest}`);
      await client.until(100_000);
      client.leave();
      await waitFor(() => lines(mirror, 'request').length === 1, { what: 'the mirror knows' });
      upstream.openAll();
      await untilStored(mirror, upstream.digest);
      assert.deepEqual((await mirror.send(`${PATH}/${upstream.digest}`)).body, BLOB);
      assert.equal(upstream.requests.length, 1);
      assert.equal(upstream.requests[0]?.sent, BLOB.length);
    }),
  );

  it(
    'before the upstream has answered is no failure of anything',
    withParts(async (parts) => {
      const upstream = parts.add(await startGatedUpstream(BLOB));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      const client = tap(`${mirror.url}${PATH}/${upstream.digest}`);
      await waitFor(() => upstream.requests.length === 1, { what: 'the upstream is asked' });
      client.leave();
      await waitFor(() => lines(mirror, 'request').length === 1, { what: 'the mirror knows' });
      assert.equal(lines(mirror, 'a request failed').length, 0);
      upstream.openAll();
      await untilStored(mirror, upstream.digest);
    }),
  );
});
