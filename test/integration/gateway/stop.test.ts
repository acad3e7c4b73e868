import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answers } from '../../parts/http.js';
import { randomBytesOf } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import { startGatedUpstream } from './gated-upstream.js';
import { startMirror } from './mirror.js';
import { untilStored, visibleFiles, withParts } from './scene.js';
import { tap } from './tap.js';

const BLOB = randomBytesOf('stop', 500_000);
const LONG = 60_000;

describe('a mirror that is told to stop', () => {
  it(
    'lets a client finish, and takes no other',
    withParts(async (parts) => {
      const upstream = parts.add(await startGatedUpstream(BLOB));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      const path = `/v2/library/app/blobs/${upstream.digest}`;
      upstream.open(200_000);
      const client = tap(`${mirror.url}${path}`);
      await client.until(200_000);
      const stopped = mirror.stop(LONG);
      await waitFor(async () => !(await answers(`${mirror.url}/v2/`)), { what: 'nobody is let in' });
      upstream.openAll();
      assert.equal(await client.end, 'complete');
      assert.deepEqual(client.bytes(), BLOB);
      await stopped;
      await mirror.restart();
      assert.deepEqual((await mirror.send(path)).body, BLOB);
      assert.ok(upstream.gets.length <= 2);
    }),
  );

  it(
    'cuts it off when it takes too long, and goes on from there the next time',
    withParts(async (parts) => {
      const upstream = parts.add(await startGatedUpstream(BLOB));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      const path = `/v2/library/app/blobs/${upstream.digest}`;
      upstream.open(300_000);
      const client = tap(`${mirror.url}${path}`);
      await client.until(300_000);
      await mirror.stop(50);
      assert.equal(await client.end, 'cut');
      assert.equal(client.received, 300_000);
      assert.deepEqual(await visibleFiles(mirror), []);
      await waitFor(() => upstream.requests[0]?.closed === true, { what: 'the upstream is let go' });
      await mirror.restart();
      upstream.openAll();
      assert.deepEqual((await mirror.send(path)).body, BLOB);
      assert.deepEqual(
        upstream.gets.map(({ range }) => range),
        [undefined, 'bytes=300000-'],
      );
      await untilStored(mirror, upstream.digest);
    }),
  );

  it(
    'in the middle of everything leaves nothing running',
    withParts(async (parts) => {
      const upstream = parts.add(await startGatedUpstream(BLOB));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      const clients = Array.from({ length: 10 }, (_, number) =>
        tap(`${mirror.url}/v2/library/app${number}/blobs/${upstream.digest}`),
      );
      await waitFor(() => upstream.requests.length > 0, { what: 'the upstream is asked' });
      await mirror.stop();
      for (const client of clients) assert.equal(await client.end, 'cut');
      await waitFor(() => upstream.requests.every(({ closed }) => closed), { what: 'all is let go' });
      const asked = upstream.requests.length;
      await mirror.restart();
      upstream.openAll();
      assert.deepEqual((await mirror.send(`/v2/library/app0/blobs/${upstream.digest}`)).body, BLOB);
      assert.ok(upstream.requests.length <= asked + 2);
    }),
  );
});
