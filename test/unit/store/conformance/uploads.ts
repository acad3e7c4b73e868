import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  blobContent,
  collect,
  digestOf,
  FAR_FUTURE,
  LONG_AGO,
  type MakeStore,
  rejectsWith,
  someBytes,
  text,
  withStore,
} from './subject.js';

export function describeUploads(makeStore: MakeStore): void {
  describe('uploads', () => {
    it(
      'make a blob that the repository has, and then are over',
      withStore(makeStore, async (store) => {
        const { bytes, digest } = text('pushed content');
        const upload = await store.uploads.create('team/app');
        assert.equal(upload.repository, 'team/app');
        assert.match(upload.id, /^[0-9a-f-]{36}$/);
        assert.equal(upload.offset, 0);
        assert.equal(await store.repositories.exists('team/app'), false);
        await upload.append(bytes.subarray(0, 4));
        assert.equal(upload.offset, 4);
        await upload.append(bytes.subarray(4));
        await upload.commit(digest);
        await assert.rejects(upload.append(bytes));
        await upload.cancel();
        await upload.close();
        await upload.close();
        assert.deepEqual(await blobContent(store, digest), bytes);
        assert.equal(await store.repositories.hasLayer('team/app', digest), true);
        assert.equal(await store.uploads.open('team/app', upload.id), undefined);
        assert.deepEqual(await collect(store.uploads.stale(FAR_FUTURE)), []);
      }),
    );

    it(
      'go on over several requests and a restart, for sha256 and sha512, and may be empty',
      withStore(makeStore, async (first, subject) => {
        let store = first;
        for (const bytes of [someBytes(700_000), Buffer.alloc(0)]) {
          for (const algorithm of ['sha256', 'sha512'] as const) {
            const digest = digestOf(bytes, algorithm);
            const { id, close } = await store.uploads.create('r').then((upload) => ({
              id: upload.id,
              close: () => upload.close(),
            }));
            await close();
            const second = await store.uploads.open('r', id);
            await second?.append(bytes.subarray(0, 300_000));
            await second?.close();
            store = await subject.reopen();
            const third = await store.uploads.open('r', id);
            assert.ok(third);
            assert.equal(third.offset, Math.min(300_000, bytes.length));
            await third.append(bytes.subarray(300_000));
            await third.close();
            const last = await store.uploads.open('r', id);
            await last?.commit(digest);
            await last?.close();
            assert.deepEqual(await blobContent(store, digest), bytes);
          }
        }
      }),
    );

    it(
      'are still there after a wrong digest',
      withStore(makeStore, async (store) => {
        const { bytes, digest } = text('right');
        const upload = await store.uploads.create('r');
        await upload.append(bytes);
        await assert.rejects(upload.commit(text('other').digest), {
          code: 'DIGEST_MISMATCH',
          actual: digest,
        });
        assert.equal(await store.blobs.stat(text('other').digest), undefined);
        assert.equal(await store.blobs.stat(digest), undefined);
        await upload.close();
        const again = await store.uploads.open('r', upload.id);
        assert.equal(again?.offset, bytes.length);
        await again?.commit(digest);
        await again?.close();
        assert.deepEqual(await blobContent(store, digest), bytes);
      }),
    );

    it(
      'belong to one request at a time and to one repository',
      withStore(makeStore, async (store) => {
        const upload = await store.uploads.create('r');
        await rejectsWith(store.uploads.open('r', upload.id), 'STORE_BUSY');
        assert.equal(await store.uploads.open('other', upload.id), undefined);
        await upload.close();
        const again = await store.uploads.open('r', upload.id);
        await upload.close();
        await rejectsWith(store.uploads.open('r', upload.id), 'STORE_BUSY');
        await again?.cancel();
        await again?.close();
        assert.equal(await store.uploads.open('r', upload.id), undefined);
      }),
    );

    it(
      'keep the blob that is visible already',
      withStore(makeStore, async (store) => {
        const { bytes, digest } = text('there already');
        await store.blobs.put(digest, bytes);
        const before = await store.blobs.open(digest);
        const upload = await store.uploads.create('r');
        await upload.append(bytes);
        await upload.commit(digest);
        await upload.close();
        const after = await store.blobs.open(digest);
        assert.equal(after?.identity, before?.identity);
        assert.equal(await store.repositories.hasLayer('r', digest), true);
        await Promise.all([before?.close(), after?.close()]);
      }),
    );

    it(
      'are unknown by anything that is not a UUID',
      withStore(makeStore, async ({ uploads }) => {
        for (const id of [
          '',
          '.',
          '..',
          '../../x',
          'startedat',
          `${'0'.repeat(36)}`,
          'a\0b',
          'x'.repeat(5000),
        ]) {
          assert.equal(await uploads.open('r', id), undefined, id);
        }
        assert.equal(await uploads.open('r', '00000000-0000-4000-8000-000000000000'), undefined);
      }),
    );

    it(
      'are listed for cleaning when they began long ago and nobody has them',
      withStore(makeStore, async (store) => {
        const left = await store.uploads.create('one/left');
        await left.append(Buffer.from('some'));
        await left.close();
        const resumed = await store.uploads.create('two');
        await resumed.close();
        const taken = await store.uploads.create('three');
        assert.deepEqual(await collect(store.uploads.stale(LONG_AGO)), []);
        const stale = await collect(store.uploads.stale(FAR_FUTURE));
        assert.deepEqual(
          stale.map(({ repository, id }) => `${repository} ${id}`).sort(),
          [`one/left ${left.id}`, `two ${resumed.id}`].sort(),
        );
        const again = await store.uploads.open('two', resumed.id);
        for (const upload of stale) await upload.cancel();
        assert.equal(await store.uploads.open('one/left', left.id), undefined);
        await again?.close();
        const kept = await store.uploads.open('two', resumed.id);
        assert.ok(kept);
        await Promise.all([kept.close(), taken.close()]);
      }),
    );
  });
}
