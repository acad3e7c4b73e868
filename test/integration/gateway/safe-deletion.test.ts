import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { purge } from '#src/upkeep/purge.js';
import { download } from '../../parts/http.js';
import { randomBytesOf } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import { startGatedUpstream } from './gated-upstream.js';
import { startMirror, type TestMirror } from './mirror.js';
import { scene, untilStored, withParts } from './scene.js';

const MIB = 1024 * 1024;
const SILENT = { info: () => undefined, error: () => undefined } as unknown as Parameters<typeof purge>[2];
/** Everything counts as old. */
const ALL_STALE = { age: -3_600_000, interval: 1000, dryRun: false };

describe('I7: deletion is safe', () => {
  it(
    'a blob that is removed while a client reads it is read to its end',
    scene(
      async ({ mirror, hub }) => {
        const bytes = randomBytesOf('removed under a reader', 32 * MIB);
        const digest = hub.library.addBlob('library/app', bytes);
        const path = `/v2/library/app/blobs/${digest}`;
        await download(mirror.url + path);
        await waitFor(() => mirror.store.repositories.hasLayer('library/app', digest), {
          what: 'it is linked',
        });
        const reader = await beginReading(mirror.url + path);
        assert.equal((await mirror.send(path, { method: 'DELETE' })).status, 202);
        assert.equal(await mirror.store.blobs.remove(digest), true);
        assert.equal(await readToEnd(reader), digest);
      },
      { storage: { deleteEnabled: true } },
    ),
  );

  it(
    'purging takes neither the upload nor the partial copy that somebody holds, and both when nobody does',
    withParts(async (parts) => {
      const bytes = randomBytesOf('held', 2 * MIB);
      const upstream = parts.add(await startGatedUpstream(bytes));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      upstream.open(MIB);
      const reader = await beginReading(`${mirror.url}/v2/library/app/blobs/${upstream.digest}`);
      const upload = await mirror.store.uploads.create('team/app');
      await upload.append(Buffer.from('half of it'));
      assert.equal(await purgeAll(mirror), 0);
      upstream.openAll();
      assert.equal(await readToEnd(reader), upstream.digest);
      assert.equal(upload.offset, 10);
      await upload.close();
      await untilStored(mirror, upstream.digest);
      assert.equal(await purgeAll(mirror), 1);
      assert.equal(await mirror.store.uploads.open('team/app', upload.id), undefined);
    }),
  );

  it(
    'purging takes no blob that is whole',
    scene(async ({ mirror, hub }) => {
      const bytes = randomBytesOf('whole', 1000);
      const digest = hub.library.addBlob('library/app', bytes);
      await download(`${mirror.url}/v2/library/app/blobs/${digest}`);
      await untilStored(mirror, digest);
      await waitFor(async () => (await purgeAll(mirror)) === 0, { what: 'nothing is left to be purged' });
      assert.ok(await mirror.store.blobs.stat(digest));
    }),
  );
});

function purgeAll(mirror: TestMirror): Promise<number> {
  return purge(mirror.store, ALL_STALE, SILENT, { now: Date.now() });
}

/** A client that has the headers and the first bytes, and reads no further for now. */
async function beginReading(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  await once(response, 'readable');
  return response;
}

/** The digest of all that a client gets. */
async function readToEnd(response: IncomingMessage): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of response) hash.update(chunk as Buffer);
  assert.ok(response.complete);
  return `sha256:${hash.digest('hex')}`;
}
