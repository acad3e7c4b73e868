import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { run } from '#src/host/exec.js';
import type { Digest } from '#src/oci/digest.js';
import { OCI_MANIFEST } from '#src/oci/media-type.js';
import { createDistributionStore } from '#src/store/distribution.js';
import type { Store } from '#src/store/port.js';
import { blobContent, collect, digestOf, someBytes, text } from '../../unit/store/conformance/subject.js';
import { temporaryFolder } from './folder.js';
import { cannotRun } from './needs.js';
import { hasStock, STOCK, type StockRegistry, startStock, writeStockConfig } from './stock.js';

const LAYER = someBytes(300_000);
const CONFIG = text('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}');
const MANIFEST = text(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: CONFIG.digest,
      size: CONFIG.bytes.length,
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar',
        digest: digestOf(LAYER),
        size: LAYER.length,
      },
    ],
  }),
);

describe('stock Distribution', () => {
  it('serves what the store wrote, our records beside it or not', async (context) => {
    await withFolder(context, async (rootDirectory) => {
      const store = createDistributionStore({ rootDirectory });
      await writeImage(store, 'library/small', 'v1');
      await writeImage(store, 'library/small/nested', 'v2');
      await store.repositories.writeTag('library/small', 'gone', MANIFEST.digest);
      await store.repositories.removeTag('library/small', 'gone');
      await leaveThingsLyingAbout(store);
      await store.close();
      await withStock(rootDirectory, async ({ url }) => {
        for (const reference of ['v1', MANIFEST.digest]) {
          const answer = await fetch(`${url}/v2/library/small/manifests/${reference}`, {
            headers: { accept: OCI_MANIFEST },
          });
          assert.equal(answer.status, 200);
          assert.equal(answer.headers.get('docker-content-digest'), MANIFEST.digest);
          assert.deepEqual(Buffer.from(await answer.arrayBuffer()), MANIFEST.bytes);
        }
        for (const [digest, bytes] of [
          [CONFIG.digest, CONFIG.bytes],
          [digestOf(LAYER), LAYER],
        ] as const) {
          const answer = await fetch(`${url}/v2/library/small/blobs/${digest}`);
          assert.equal(answer.status, 200);
          assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
        }
        assert.deepEqual(await json(`${url}/v2/_catalog`), {
          repositories: ['library/small', 'library/small/nested'],
        });
        assert.deepEqual(await json(`${url}/v2/library/small/tags/list`), {
          name: 'library/small',
          tags: ['v1'],
        });
      });
    });
  });

  it('collects garbage in the folder and leaves what is tagged', async (context) => {
    await withFolder(context, async (rootDirectory) => {
      const store = createDistributionStore({ rootDirectory });
      await writeImage(store, 'library/small', 'v1');
      await leaveThingsLyingAbout(store);
      const garbage = text('named by nobody');
      await store.blobs.put(garbage.digest, garbage.bytes);
      const config = await writeStockConfig(rootDirectory);
      await run(STOCK, ['garbage-collect', '--delete-untagged', config]);
      const left = (await collect(store.blobs.walk())).map(({ digest }) => digest).sort();
      assert.deepEqual(left, [CONFIG.digest, digestOf(LAYER), MANIFEST.digest].sort());
      assert.equal(await store.repositories.readTag('library/small', 'v1'), MANIFEST.digest);
      await store.close();
    });
  });

  it('writes what the store reads, and begins uploads that the store finishes', async (context) => {
    await withFolder(context, async (rootDirectory) => {
      let unfinished = '';
      await withStock(rootDirectory, async ({ url }) => {
        await push(url, 'team/app', CONFIG.bytes);
        await push(url, 'team/app', LAYER);
        for (const tag of ['one', 'two']) {
          const answer = await fetch(`${url}/v2/team/app/manifests/${tag}`, {
            method: 'PUT',
            headers: { 'content-type': OCI_MANIFEST },
            body: MANIFEST.bytes,
          });
          assert.equal(answer.status, 201);
        }
        const location = await begin(url, 'team/later');
        const answer = await fetch(location, { method: 'PATCH', body: LAYER.subarray(0, 100_000) });
        assert.equal(answer.status, 202);
        unfinished = answer.headers.get('docker-upload-uuid') ?? '';
      });
      const store = createDistributionStore({ rootDirectory });
      assert.deepEqual(await collect(store.repositories.walk()), ['team/app']);
      assert.deepEqual(await store.repositories.tags('team/app'), ['one', 'two']);
      assert.equal(await store.repositories.readTag('team/app', 'one'), MANIFEST.digest);
      assert.equal(await store.origins.readTag('team/app', 'one'), undefined);
      assert.equal(await store.repositories.hasRevision('team/app', MANIFEST.digest), true);
      assert.deepEqual(
        (await collect(store.repositories.layers('team/app'))).sort(),
        [CONFIG.digest, digestOf(LAYER)].sort(),
      );
      assert.deepEqual(await blobContent(store, MANIFEST.digest), MANIFEST.bytes);
      assert.deepEqual(await blobContent(store, digestOf(LAYER)), LAYER);
      const upload = await store.uploads.open('team/later', unfinished);
      assert.equal(upload?.offset, 100_000);
      await upload?.append(LAYER.subarray(100_000));
      await upload?.commit(digestOf(LAYER));
      await upload?.close();
      assert.equal(await store.repositories.hasLayer('team/later', digestOf(LAYER)), true);
      await store.close();
    });
  });
});

async function writeImage(store: Store, repository: string, tag: string): Promise<void> {
  const incoming = await store.blobs.receive(digestOf(LAYER));
  await incoming.append(LAYER);
  await incoming.publish();
  await incoming.close();
  await store.repositories.linkLayer(repository, digestOf(LAYER));
  const upload = await store.uploads.create(repository);
  await upload.append(CONFIG.bytes);
  await upload.commit(CONFIG.digest);
  await upload.close();
  const origin = { upstream: 'docker.io', confirmed: 1 };
  await store.blobs.put(MANIFEST.digest, MANIFEST.bytes);
  await store.origins.writeRevision(repository, MANIFEST.digest, origin);
  await store.repositories.linkRevision(repository, MANIFEST.digest);
  await store.origins.writeTag(repository, tag, origin);
  await store.repositories.writeTag(repository, tag, MANIFEST.digest);
  await store.referrers.list(repository, MANIFEST.digest);
}

/** A partial copy, a damaged blob, an upload under way, a repository with nothing but origins. */
async function leaveThingsLyingAbout(store: Store): Promise<void> {
  const partial = await store.blobs.receive(text('partial').digest);
  await partial.append(Buffer.from('par'));
  await partial.close();
  const damaged = text('damaged');
  await store.blobs.put(damaged.digest, damaged.bytes);
  await store.blobs.quarantine(damaged.digest);
  const upload = await store.uploads.create('library/coming');
  await upload.append(Buffer.from('up'));
  await upload.close();
  await store.origins.writeTag('library/known', 'tag', { upstream: 'docker.io', confirmed: 1 });
}

async function push(url: string, repository: string, bytes: Buffer): Promise<Digest> {
  const digest = digestOf(bytes);
  const location = new URL(await begin(url, repository));
  location.searchParams.set('digest', digest);
  const answer = await fetch(location, { method: 'PUT', body: bytes });
  assert.equal(answer.status, 201);
  return digest;
}

async function begin(url: string, repository: string): Promise<string> {
  const answer = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  assert.equal(answer.status, 202);
  return answer.headers.get('location') ?? '';
}

async function json(url: string): Promise<unknown> {
  const answer = await fetch(url);
  assert.equal(answer.status, 200, url);
  return answer.json();
}

async function withStock(
  rootDirectory: string,
  body: (stock: StockRegistry) => Promise<void>,
): Promise<void> {
  const stock = await startStock(rootDirectory);
  try {
    await body(stock);
  } finally {
    await stock.stop();
  }
}

async function withFolder(context: TestContext, body: (path: string) => Promise<void>): Promise<void> {
  if (!(await hasStock())) {
    cannotRun(context, `${STOCK} is not installed (apt-get install docker-registry)`);
    return;
  }
  const { path, remove } = await temporaryFolder();
  try {
    await body(path);
  } finally {
    await remove();
  }
}
