import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  blobContent,
  collect,
  digestOf,
  FAR_FUTURE,
  LONG_AGO,
  type MakeStore,
  readAll,
  rejectsWith,
  someBytes,
  text,
  withStore,
} from './subject.js';

export function describeIncoming(makeStore: MakeStore): void {
  describe('incoming', () => {
    it(
      'can be read while it grows, and is invisible until it is published',
      withStore(makeStore, async (store) => {
        const bytes = someBytes(300_000);
        for (const algorithm of ['sha256', 'sha512'] as const) {
          const digest = digestOf(bytes, algorithm);
          const incoming = await store.blobs.receive(digest);
          assert.equal(incoming.digest, digest);
          assert.equal(incoming.offset, 0);
          for (let start = 0; start < bytes.length; start += 65_536) {
            await incoming.append(bytes.subarray(start, start + 65_536));
            assert.deepEqual(await readAll(incoming, 50_000), bytes.subarray(0, incoming.offset));
            assert.equal(await store.blobs.stat(digest), undefined);
          }
          await incoming.publish();
          assert.deepEqual(await blobContent(store, digest), bytes);
          assert.deepEqual(await readAll(incoming), bytes);
          await incoming.close();
          await incoming.close();
          assert.deepEqual(await collect(store.blobs.stalePartials(FAR_FUTURE)), []);
          await store.blobs.remove(digest);
        }
      }),
    );

    it(
      'gives no byte to a reader before it counts it',
      withStore(makeStore, async (store) => {
        const bytes = someBytes(4_000_000);
        const incoming = await store.blobs.receive(digestOf(bytes));
        const buffer = Buffer.alloc(bytes.length);
        while (incoming.offset < bytes.length) {
          const appending = incoming.append(bytes.subarray(incoming.offset, incoming.offset + 200_000));
          for (let round = 0; round < 5; round += 1) {
            const here = incoming.offset;
            assert.equal(await incoming.read(buffer, 0), here);
            assert.equal(incoming.readCached(buffer, 0), incoming.offset);
          }
          await appending;
        }
        await incoming.publish();
        await incoming.close();
      }),
    );

    it(
      'takes an empty blob, and appends nothing',
      withStore(makeStore, async (store) => {
        const bytes = Buffer.alloc(0);
        const incoming = await store.blobs.receive(digestOf(bytes));
        await incoming.append(bytes);
        await incoming.verify();
        await incoming.publish();
        assert.equal(await incoming.read(Buffer.alloc(10), 0), 0);
        assert.equal(incoming.readCached(Buffer.alloc(10), 0), 0);
        await incoming.close();
        assert.deepEqual(await blobContent(store, digestOf(bytes)), bytes);
      }),
    );

    it(
      'does not publish what is not verified',
      withStore(makeStore, async (store) => {
        const { digest, bytes } = text('right bytes');
        const incoming = await store.blobs.receive(digest);
        await incoming.append(bytes.subarray(0, 5));
        await rejectsWith(incoming.verify(), 'DIGEST_MISMATCH');
        await assert.rejects(incoming.publish(), { code: 'DIGEST_MISMATCH', expected: digest, size: 5 });
        assert.equal(await store.blobs.stat(digest), undefined);
        await incoming.append(bytes.subarray(5));
        await incoming.verify();
        // What was verified does not vouch for what comes after it.
        await incoming.append(Buffer.from('!'));
        await rejectsWith(incoming.publish(), 'DIGEST_MISMATCH');
        assert.equal(await store.blobs.stat(digest), undefined);
        await incoming.close();
      }),
    );

    it(
      'gives out copies of the running hash that go their own way',
      withStore(makeStore, async (store) => {
        const { digest, bytes } = text('hash me');
        const incoming = await store.blobs.receive(digest);
        await incoming.append(bytes.subarray(0, 4));
        const copy = await incoming.hash();
        assert.equal(copy.update(bytes.subarray(4)).digest('hex'), digest.slice(7));
        await incoming.append(bytes.subarray(4));
        await incoming.publish();
        assert.equal((await incoming.hash()).digest('hex'), digest.slice(7));
        await incoming.close();
      }),
    );

    it(
      'belongs to one taker at a time',
      withStore(makeStore, async (store) => {
        const { digest, bytes } = text('one taker');
        const other = text('another blob');
        const takers = await Promise.allSettled([store.blobs.receive(digest), store.blobs.receive(digest)]);
        assert.deepEqual(takers.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
        await rejectsWith(store.blobs.receive(digest), 'STORE_BUSY');
        await (await store.blobs.receive(other.digest)).close();
        const [taker] = takers.flatMap((taken) => (taken.status === 'fulfilled' ? [taken.value] : []));
        assert.ok(taker);
        await taker.append(bytes.subarray(0, 3));
        await taker.close();
        const next = await store.blobs.receive(digest);
        assert.equal(next.offset, 3);
        // Closing again must not give away what the next one has.
        await taker.close();
        await rejectsWith(store.blobs.receive(digest), 'STORE_BUSY');
        await next.close();
      }),
    );

    it(
      'is taken up after a restart, readable at once, also in the middle of hashing',
      withStore(makeStore, async (first, subject) => {
        const bytes = someBytes(3_000_000);
        const digest = digestOf(bytes);
        const begun = await first.blobs.receive(digest);
        await begun.append(bytes.subarray(0, 1_000_001));
        const second = await subject.reopen();
        await assert.rejects(begun.append(bytes.subarray(1_000_001)));
        const resumed = await second.blobs.receive(digest);
        assert.equal(resumed.offset, 1_000_001);
        assert.deepEqual(await readAll(resumed, 100_000), bytes.subarray(0, 1_000_001));
        await resumed.append(bytes.subarray(1_000_001, 1_500_000));
        const third = await subject.reopen();
        const last = await third.blobs.receive(digest);
        // No pause, so that these arrive while what is here already is being hashed.
        for (let start = 1_500_000; start < bytes.length; start += 100_000) {
          await last.append(bytes.subarray(start, start + 100_000));
        }
        await last.publish();
        await last.close();
        assert.deepEqual(await blobContent(third, digest), bytes);
      }),
    );

    it(
      'can be thrown away and begun again while the old bytes are still read',
      withStore(makeStore, async (store) => {
        const { digest, bytes } = text('the right content');
        const wrong = await store.blobs.receive(digest);
        await wrong.append(Buffer.from('wrong content'));
        await wrong.discard();
        const again = await store.blobs.receive(digest);
        assert.equal(again.offset, 0);
        await again.append(bytes);
        assert.equal((await readAll(wrong)).toString(), 'wrong content');
        await assert.rejects(wrong.append(bytes));
        await assert.rejects(wrong.publish());
        await wrong.discard();
        await wrong.close();
        await again.publish();
        await again.discard();
        await again.close();
        assert.deepEqual(await blobContent(store, digest), bytes);
      }),
    );

    it(
      'keeps the blob that is visible already',
      withStore(makeStore, async (store) => {
        const { digest, bytes } = text('twice');
        const incoming = await store.blobs.receive(digest);
        await incoming.append(bytes);
        await store.blobs.put(digest, bytes);
        const reader = await store.blobs.open(digest);
        await incoming.publish();
        const later = await store.blobs.open(digest);
        assert.equal(later?.identity, reader?.identity);
        await Promise.all([reader?.close(), later?.close(), incoming.close()]);
        assert.deepEqual(await collect(store.blobs.stalePartials(FAR_FUTURE)), []);
      }),
    );

    it(
      'lists partial copies that nobody has and that are old, for cleaning',
      withStore(makeStore, async (store) => {
        const taken = text('taken');
        const left = text('left');
        const resumed = text('taken up after it was listed');
        for (const { digest, bytes } of [left, resumed]) {
          const partial = await store.blobs.receive(digest);
          await partial.append(bytes.subarray(0, 2));
          await partial.close();
        }
        const busy = await store.blobs.receive(taken.digest);
        assert.deepEqual(await collect(store.blobs.stalePartials(LONG_AGO)), []);
        const stale = await collect(store.blobs.stalePartials(FAR_FUTURE));
        const expected = [left.digest, resumed.digest].sort();
        assert.deepEqual(stale.map(({ digest }) => digest).sort(), expected);
        const again = await store.blobs.receive(resumed.digest);
        for (const partial of stale) await partial.discard();
        await again.close();
        const kept = await store.blobs.receive(resumed.digest);
        assert.equal(kept.offset, 2);
        const fresh = await store.blobs.receive(left.digest);
        assert.equal(fresh.offset, 0);
        await Promise.all([busy.close(), kept.close(), fresh.close()]);
      }),
    );
  });
}
