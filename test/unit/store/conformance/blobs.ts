import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  blobContent,
  collect,
  digestOf,
  type MakeStore,
  readAll,
  rejectsWith,
  someBytes,
  text,
  withStore,
} from './subject.js';

export function describeBlobs(makeStore: MakeStore): void {
  describe('blobs', () => {
    it(
      'knows nothing of a blob that was never stored',
      withStore(makeStore, async ({ blobs }) => {
        const { digest } = text('absent');
        assert.equal(await blobs.stat(digest), undefined);
        assert.equal(await blobs.open(digest), undefined);
        assert.equal(await blobs.remove(digest), false);
        await blobs.quarantine(digest);
        assert.deepEqual(await collect(blobs.walk()), []);
      }),
    );

    it(
      'gives back what was put, by sha256 and by sha512, empty as well',
      withStore(makeStore, async (store) => {
        for (const bytes of [Buffer.alloc(0), someBytes(5000)]) {
          for (const algorithm of ['sha256', 'sha512'] as const) {
            const digest = digestOf(bytes, algorithm);
            await store.blobs.put(digest, bytes);
            assert.deepEqual(await blobContent(store, digest), bytes);
            const info = await store.blobs.stat(digest);
            assert.equal(info?.size, bytes.length);
            assert.equal(info.digest, digest);
            assert.ok(Math.abs(info.modified.getTime() - Date.now()) < 600_000);
          }
        }
      }),
    );

    it(
      'refuses bytes that are not those of the digest',
      withStore(makeStore, async (store) => {
        const { digest } = text('right');
        await assert.rejects(store.blobs.put(digest, Buffer.from('wrong')), {
          code: 'DIGEST_MISMATCH',
          expected: digest,
          actual: digestOf(Buffer.from('wrong')),
          size: 5,
        });
        assert.equal(await store.blobs.stat(digest), undefined);
      }),
    );

    it(
      'reads any part, and 0 bytes at and after the end',
      withStore(makeStore, async ({ blobs }) => {
        const bytes = someBytes(3000);
        const digest = digestOf(bytes);
        await blobs.put(digest, bytes);
        const handle = await blobs.open(digest);
        assert.ok(handle);
        assert.equal(handle.size, 3000);
        const buffer = Buffer.alloc(1000);
        assert.equal(await handle.read(buffer, 1500), 1000);
        assert.deepEqual(buffer, bytes.subarray(1500, 2500));
        assert.equal(await handle.read(buffer, 2900), 100);
        assert.deepEqual(buffer.subarray(0, 100), bytes.subarray(2900));
        assert.equal(await handle.read(buffer, 3000), 0);
        assert.equal(await handle.read(buffer, 99_999), 0);
        assert.equal(handle.readCached(buffer, 2900), 100);
        assert.deepEqual(buffer.subarray(0, 100), bytes.subarray(2900));
        assert.equal(handle.readCached(buffer, 3000), 0);
        await handle.close();
        await handle.close();
      }),
    );

    it(
      'keeps an open blob readable after it was removed',
      withStore(makeStore, async ({ blobs }) => {
        const { bytes, digest } = text('still readable');
        await blobs.put(digest, bytes);
        const handle = await blobs.open(digest);
        assert.ok(handle);
        assert.equal(await blobs.remove(digest), true);
        assert.equal(await blobs.stat(digest), undefined);
        assert.deepEqual(await readAll(handle), bytes);
        await handle.close();
        assert.equal(await blobs.remove(digest), false);
      }),
    );

    it(
      'has one identity for the same bytes on disk and another after they were replaced',
      withStore(makeStore, async ({ blobs }) => {
        const { bytes, digest } = text('identity');
        const identity = async (): Promise<string> => {
          const handle = await blobs.open(digest);
          assert.ok(handle);
          await handle.close();
          return handle.identity;
        };
        await blobs.put(digest, bytes);
        const before = await identity();
        await blobs.put(digest, bytes);
        assert.equal(await identity(), before);
        await blobs.remove(digest);
        await blobs.put(digest, bytes);
        assert.notEqual(await identity(), before);
      }),
    );

    it(
      'puts a damaged blob aside and takes a good one in its place',
      withStore(makeStore, async (store) => {
        const { bytes, digest } = text('damaged');
        for (let round = 0; round < 2; round += 1) {
          await store.blobs.put(digest, bytes);
          await store.blobs.quarantine(digest);
          assert.equal(await store.blobs.stat(digest), undefined);
          assert.deepEqual(await collect(store.blobs.walk()), []);
        }
        await store.blobs.put(digest, bytes);
        assert.deepEqual(await blobContent(store, digest), bytes);
      }),
    );

    it(
      'walks every blob once',
      withStore(makeStore, async ({ blobs }) => {
        const contents = Array.from({ length: 100 }, (_, number) => text(`blob ${number}`));
        await Promise.all(contents.map(({ digest, bytes }) => blobs.put(digest, bytes)));
        const wide = Buffer.from('wide');
        await blobs.put(digestOf(wide, 'sha512'), wide);
        const found = (await collect(blobs.walk())).map(({ digest, size }) => ({ digest, size }));
        const expected = [
          ...contents.map(({ digest, bytes }) => ({ digest, size: bytes.length })),
          { digest: digestOf(wide, 'sha512'), size: 4 },
        ];
        const order = (one: { digest: string }, other: { digest: string }): number =>
          one.digest < other.digest ? -1 : 1;
        assert.deepEqual(found.sort(order), expected.sort(order));
      }),
    );

    it(
      'survives a restart, and many puts of one blob at once',
      withStore(makeStore, async (store, subject) => {
        const { bytes, digest } = text('at once');
        await Promise.all(Array.from({ length: 20 }, () => store.blobs.put(digest, bytes)));
        const again = await subject.reopen();
        assert.deepEqual(await blobContent(again, digest), bytes);
        await again.probe();
        await rejectsWith(again.blobs.put(digest, Buffer.from('else')), 'DIGEST_MISMATCH');
      }),
    );
  });
}
