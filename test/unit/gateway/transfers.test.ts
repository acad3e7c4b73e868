import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deferred } from '#src/gateway/deferred.js';
import { Transfers } from '#src/gateway/transfers.js';
import { MemoryContents } from '#src/store/memory/contents.js';
import { createMemoryStore } from '#src/store/memory.js';
import type { Store } from '#src/store/port.js';
import { withBlobs } from './stores.js';
import { blobBody, digestOf, failure, upstreamOf } from './upstreams.js';

const BYTES = Buffer.alloc(5000, 7);
const DIGEST = digestOf(BYTES);

/** Transfers into memory from an upstream whose bodies end when the gate opens. */
function begin(change: (store: Store) => Store = (same) => same) {
  const contents = new MemoryContents();
  const store = createMemoryStore({ contents });
  const gate = deferred<void>();
  const published: string[] = [];
  let requests = 0;
  const upstream = upstreamOf('upstream.test', {
    getBlob: async (_repository, digest, options = {}) => {
      requests += 1;
      if (digest !== DIGEST) throw failure('UPSTREAM_NOT_FOUND');
      const served = blobBody({ bytes: BYTES, until: gate.promise }, options);
      options.signal?.addEventListener('abort', () => served.body.destroy(failure('UPSTREAM_FAILED')));
      return served;
    },
  });
  const transfers = new Transfers({
    store: change(store),
    patience: { attempts: 1, pause: 0 },
    onStoreFailure: () => undefined,
    onPublished: async (digest) => {
      published.push(digest);
    },
  });
  const remote = { upstream, repository: 'a', stored: 'upstream.test/a' };
  return { transfers, remote, gate, contents, store, published, requests: () => requests };
}

describe('transfers', () => {
  it('are one a digest, however many ask at once or later', async () => {
    const { transfers, remote, gate, published, requests } = begin();
    assert.equal(transfers.isStarting(DIGEST), false);
    const starting = [transfers.start(remote, DIGEST), transfers.start(remote, DIGEST)];
    assert.equal(transfers.isStarting(DIGEST), true);
    const [first, second] = await Promise.all(starting);
    assert.ok(first !== undefined);
    assert.equal(second, first);
    assert.equal(transfers.isStarting(DIGEST), false);
    assert.equal(transfers.current(DIGEST), first);
    assert.equal(await transfers.start(remote, DIGEST), first);
    gate.resolve();
    await first.finished;
    assert.equal(requests(), 1);
    assert.deepEqual(published, [DIGEST]);
  });

  it('are forgotten when they are over, and not begun for what is here', async () => {
    const { transfers, remote, gate, requests } = begin();
    const transfer = await transfers.start(remote, DIGEST);
    gate.resolve();
    await transfer?.finished;
    await new Promise(setImmediate);
    assert.equal(transfers.current(DIGEST), undefined);
    assert.equal(await transfers.start(remote, DIGEST), undefined);
    assert.equal(requests(), 1);
  });

  it('are tried again after one failed', async () => {
    const { transfers, remote, requests } = begin();
    const other = digestOf(Buffer.from('other'));
    for (const times of [1, 2]) {
      const transfer = await transfers.start(remote, other);
      await transfer?.finished;
      await new Promise(setImmediate);
      assert.equal(requests(), times);
    }
  });

  it('that go on without the store cannot be joined', async () => {
    const { transfers, remote } = begin((store) =>
      withBlobs(store, { receive: () => Promise.reject(new Error('no disk')) }),
    );
    const first = await transfers.start(remote, DIGEST);
    await first?.opened;
    assert.equal(first?.detached, true);
    assert.equal(transfers.current(DIGEST), undefined);
    assert.notEqual(await transfers.start(remote, DIGEST), first);
  });

  it('end when they are closed, keep what has arrived, let the store go, and begin no more', async () => {
    const { transfers, remote, contents, store } = begin();
    const transfer = await transfers.start(remote, DIGEST);
    while ((transfer?.received ?? 0) < BYTES.length) await new Promise(setImmediate);
    const reason = new Error('stopping');
    await transfers.close(reason);
    assert.notEqual(transfer?.error, undefined);
    assert.equal(contents.partials.get(DIGEST)?.bytes.length, BYTES.length);
    const free = await store.blobs.receive(DIGEST);
    await free.close();
    await assert.rejects(transfers.start(remote, DIGEST), reason);
  });

  it('that were just starting do not begin after the closing', async () => {
    const looked = deferred<undefined>();
    const { transfers, remote, requests } = begin((store) =>
      withBlobs(store, { stat: () => looked.promise }),
    );
    const starting = assert.rejects(transfers.start(remote, DIGEST), /stopping/);
    const closing = transfers.close(new Error('stopping'));
    looked.resolve(undefined);
    await Promise.all([starting, closing]);
    assert.equal(requests(), 0);
  });
});
