import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Bandwidth } from '#src/gateway/bandwidth.js';
import { deferred } from '#src/gateway/deferred.js';
import { HELD_BACK } from '#src/gateway/growth.js';
import { Transfer, type TransferReader } from '#src/gateway/transfer.js';
import { DigestMismatchError, StoreError } from '#src/store/errors.js';
import { MemoryContents } from '#src/store/memory/contents.js';
import { createMemoryStore } from '#src/store/memory.js';
import type { Store } from '#src/store/port.js';
import { withBlobs } from './stores.js';
import { blobBody, digestOf, failure, type Serving, upstreamOf } from './upstreams.js';

const BYTES = Buffer.from(Array.from({ length: 20_000 }, (_, at) => (at * 17 + (at >> 8)) % 256));
const DIGEST = digestOf(BYTES);
const BROKEN = failure('UPSTREAM_FAILED', { retryable: true });

interface Scene {
  readonly transfer: Transfer;
  readonly contents: MemoryContents;
  /** Offsets the upstream was asked for. */
  readonly asked: number[];
  readonly troubles: unknown[];
  readonly published: () => number;
}

/** A transfer into memory, whose upstream serves the plan, one entry a request. */
function begin(
  plan: readonly (Partial<Serving> | Error)[],
  change: (store: Store) => Store = (same) => same,
  background?: Bandwidth,
): Scene {
  return beginWith(new MemoryContents(), plan, change, background);
}

function beginWith(
  contents: MemoryContents,
  plan: readonly (Partial<Serving> | Error)[],
  change: (store: Store) => Store = (same) => same,
  background?: Bandwidth,
): Scene {
  const asked: number[] = [];
  const troubles: unknown[] = [];
  let published = 0;
  const upstream = upstreamOf('upstream.test', {
    getBlob: async (_repository, _digest, options = {}) => {
      const step = plan[asked.length] ?? BROKEN;
      asked.push(options.offset ?? 0);
      if (step instanceof Error) throw step;
      const served = blobBody({ bytes: BYTES, ...step }, options);
      options.signal?.addEventListener('abort', () => served.body.destroy(options.signal?.reason));
      return served;
    },
  });
  const transfer = new Transfer({
    store: change(createMemoryStore({ contents })),
    remote: { upstream, repository: 'a', stored: 'upstream.test/a' },
    digest: DIGEST,
    patience: { attempts: 3, pause: 0 },
    background,
    lingerFor: 0,
    onStoreFailure: (error) => troubles.push(error),
    onPublished: async () => {
      published += 1;
    },
  });
  return { transfer, contents, asked, troubles, published: () => published };
}

/** What a reader gets, and how it ends. */
async function follow(
  reader: TransferReader | undefined,
): Promise<{ bytes: Buffer; end: string; hash?: string }> {
  assert.ok(reader !== undefined);
  let bytes = Buffer.alloc(0);
  try {
    for (;;) {
      const delivery = await reader.next(bytes.length);
      if (delivery.kind === 'end') return { bytes, end: 'end' };
      if (delivery.kind === 'detached') return { bytes, end: 'detached', hash: delivery.hash.digest('hex') };
      if (delivery.kind === 'bytes') bytes = Buffer.concat([bytes, ...delivery.chunks]);
      else {
        const buffer = Buffer.alloc(delivery.length);
        const length = await reader.read(buffer, bytes.length);
        bytes = Buffer.concat([bytes, buffer.subarray(0, length)]);
      }
    }
  } catch (error) {
    return { bytes, end: error instanceof Error ? error.message : String(error) };
  } finally {
    reader.leave();
  }
}

function failingReceive(error: Error): (store: Store) => Store {
  return (store) => withBlobs(store, { receive: () => Promise.reject(error) });
}

/** A store whose disk is full after so many bytes. */
function fullAfter(bytes: number): (store: Store) => Store {
  return (store) =>
    withBlobs(store, {
      receive: async (digest) => {
        const incoming = await store.blobs.receive(digest);
        const append = incoming.append.bind(incoming);
        incoming.append = async (...chunks) => {
          for (const chunk of chunks) {
            const room = bytes - incoming.offset;
            await append(chunk.subarray(0, room));
            if (room < chunk.length) throw new StoreError('STORE_FULL', 'no room');
          }
        };
        return incoming;
      },
    });
}

/** Notes where readers read: in this thread or elsewhere. */
function noting(reads: string[]): (store: Store) => Store {
  return (store) =>
    withBlobs(store, {
      receive: async (digest) => {
        const incoming = await store.blobs.receive(digest);
        const { read, readCached } = incoming;
        incoming.read = (buffer, position) => {
          reads.push(`elsewhere from ${position}`);
          return read.call(incoming, buffer, position);
        };
        incoming.readCached = (buffer, position) => {
          reads.push(`here from ${position}`);
          return readCached.call(incoming, buffer, position);
        };
        return incoming;
      },
    });
}

describe('a transfer', () => {
  it('reads in this thread what it has written itself, which is in memory, and nothing else', async () => {
    const contents = new MemoryContents();
    const left = await createMemoryStore({ contents }).blobs.receive(DIGEST);
    await left.append(BYTES.subarray(0, 5000));
    await left.close();
    const reads: string[] = [];
    const { transfer } = beginWith(contents, [{}], noting(reads));
    const reader = transfer.join();
    assert.ok(reader !== undefined);
    await reader.next(BYTES.length);
    const buffer = Buffer.alloc(1000);
    reads.length = 0;
    for (const position of [0, 4999, 5000, 19_000]) {
      assert.equal(await reader.read(buffer, position), 1000);
      assert.ok(buffer.equals(BYTES.subarray(position, position + 1000)));
    }
    assert.deepEqual(reads, ['elsewhere from 0', 'elsewhere from 4999', 'here from 5000', 'here from 19000']);
    reader.leave();
    await transfer.finished;
  });

  it('gives all readers all bytes, stores them, and links them for all who may have them', async () => {
    const { transfer, contents, asked, published } = begin([{}]);
    const early = [follow(transfer.join()), follow(transfer.join())];
    await transfer.opened;
    assert.equal(transfer.size, BYTES.length);
    await transfer.admit('other/name');
    for (const { bytes, end } of await Promise.all([...early, follow(transfer.join())])) {
      assert.ok(bytes.equals(BYTES));
      assert.equal(end, 'end');
    }
    await transfer.finished;
    assert.ok(contents.blobs.get(DIGEST)?.bytes.equals(BYTES));
    for (const name of ['upstream.test/a', 'other/name']) {
      assert.equal(transfer.serves(name), true);
      assert.equal(contents.repositories.get(name)?.layers.has(DIGEST), true);
    }
    assert.equal(transfer.serves('third'), false);
    assert.equal(contents.repositories.has('third'), false);
    assert.deepEqual([asked, published()], [[0], 1]);
  });

  it('links the blob also for who is let in after it became visible', async () => {
    const { transfer, contents } = begin([{}]);
    await transfer.finished;
    await transfer.admit('late');
    assert.equal(contents.repositories.get('late')?.layers.has(DIGEST), true);
  });

  it('keeps the end back, and the blob invisible, until all has arrived', async () => {
    const gate = deferred<void>();
    const { transfer, contents } = begin([{ until: gate.promise }]);
    const reader = transfer.join();
    assert.ok(reader !== undefined);
    let at = 0;
    while (at < BYTES.length - HELD_BACK) {
      const delivery = await reader.next(at);
      if (delivery.kind === 'readable') at += delivery.length;
      else if (delivery.kind === 'bytes') for (const { length } of delivery.chunks) at += length;
    }
    while (transfer.received < BYTES.length) await new Promise(setImmediate);
    assert.equal(at, BYTES.length - HELD_BACK);
    assert.equal(contents.blobs.has(DIGEST), false);
    gate.resolve();
    assert.deepEqual(await reader.next(at), { kind: 'readable', length: HELD_BACK });
    reader.leave();
    await transfer.finished;
    assert.equal(contents.blobs.has(DIGEST), true);
  });

  it('stores nothing of what has another digest, and cuts the readers off before its end', async () => {
    const wrong = Buffer.from(BYTES);
    wrong[5] = (wrong[5] ?? 0) ^ 1;
    const { transfer, contents, published } = begin([{ bytes: wrong }]);
    const { bytes, end } = await follow(transfer.join());
    await transfer.finished;
    assert.ok(bytes.length <= wrong.length - HELD_BACK);
    assert.match(end, /and not sha256/);
    assert.ok(transfer.error instanceof DigestMismatchError);
    assert.deepEqual([contents.blobs.size, contents.partials.size, published()], [0, 0, 0]);
  });

  it('goes on where the upstream broke off, and the readers do not notice', async () => {
    const { transfer, asked } = begin([{ give: 5000, fault: BROKEN }, { give: 100, fault: BROKEN }, {}]);
    const { bytes, end } = await follow(transfer.join());
    assert.ok(bytes.equals(BYTES));
    assert.equal(end, 'end');
    assert.deepEqual(asked, [0, 5000, 5100]);
  });

  it('leaves what arrived to the next one, which fetches only the rest', async () => {
    const first = begin([{ give: 5000, fault: failure('UPSTREAM_DENIED') }]);
    const { end } = await follow(first.transfer.join());
    assert.match(end, /failed as planned/);
    await first.transfer.finished;
    assert.equal(first.transfer.join(), undefined);
    const second = beginWith(first.contents, [{}]);
    assert.ok((await follow(second.transfer.join())).bytes.equals(BYTES));
    assert.deepEqual(second.asked, [5000]);
  });

  it('takes a partial copy that is whole, when the upstream has nothing to add', async () => {
    const contents = new MemoryContents();
    contents.partial(DIGEST, 0).bytes.append(BYTES);
    const { transfer, asked } = beginWith(contents, [failure('UPSTREAM_INVALID')]);
    assert.ok((await follow(transfer.join())).bytes.equals(BYTES));
    await transfer.finished;
    assert.deepEqual(asked, [BYTES.length]);
    assert.equal(contents.blobs.has(DIGEST), true);
  });

  it('throws a partial copy away that is wrong, and begins anew', async () => {
    const contents = new MemoryContents();
    contents.partial(DIGEST, 0).bytes.append(Buffer.alloc(BYTES.length));
    const { transfer, asked } = beginWith(contents, [failure('UPSTREAM_INVALID'), {}]);
    assert.ok((await follow(transfer.join())).bytes.equals(BYTES));
    await transfer.finished;
    assert.deepEqual(asked, [BYTES.length, 0]);
  });

  it('says so when it cannot be opened', async () => {
    const refused = failure('UPSTREAM_NOT_FOUND');
    const { transfer, asked, troubles } = begin([refused]);
    await assert.rejects(transfer.opened, refused);
    await transfer.finished;
    assert.equal(transfer.error, refused);
    assert.deepEqual([asked, troubles], [[0], []]);
  });

  it('goes on to its end when all readers have left', async () => {
    const { transfer, contents } = begin([{}]);
    const reader = transfer.join();
    const waiting = reader?.next(0);
    reader?.cancel(new Error('gone'));
    await assert.rejects(waiting ?? Promise.resolve(), /gone/);
    reader?.leave();
    await transfer.finished;
    assert.equal(contents.blobs.has(DIGEST), true);
  });

  it('keeps what has arrived when it is ended', async () => {
    const gate = deferred<void>();
    const { transfer, contents } = begin([{ give: 3000, until: gate.promise, fault: BROKEN }]);
    while (transfer.received < 3000) await new Promise(setImmediate);
    transfer.abort(new Error('stopping'));
    gate.resolve();
    await transfer.finished;
    assert.equal(contents.partials.get(DIGEST)?.bytes.length, 3000);
    assert.equal(contents.blobs.has(DIGEST), false);
  });
});

describe('a transfer whose store fails', () => {
  it('detaches its readers at once when nothing can be stored, with the hash of nothing', async () => {
    const error = new StoreError('STORE_READ_ONLY', 'as planned');
    const { transfer, asked, troubles } = begin([{}], failingReceive(error));
    const { bytes, end, hash } = await follow(transfer.join());
    assert.deepEqual([bytes.length, end, hash], [0, 'detached', digestOf(Buffer.alloc(0)).slice(7)]);
    await transfer.opened;
    assert.equal(transfer.detached, true);
    assert.deepEqual([asked, troubles], [[], [error]]);
  });

  it('says nothing when an earlier transfer still holds the partial copy', async () => {
    const { transfer, troubles } = begin([{}], failingReceive(new StoreError('STORE_BUSY', 'taken')));
    await transfer.finished;
    assert.equal(transfer.detached, true);
    assert.deepEqual(troubles, []);
  });

  it('detaches its readers where the disk became full, with all bytes before and their hash, and leaves nothing', async () => {
    const { transfer, contents, troubles, published } = begin([{}], fullAfter(7500));
    const { bytes, end, hash } = await follow(transfer.join());
    await transfer.finished;
    assert.ok(bytes.equals(BYTES.subarray(0, 7500)));
    assert.deepEqual([end, hash], ['detached', digestOf(BYTES.subarray(0, 7500)).slice(7)]);
    assert.equal(troubles.length, 1);
    assert.deepEqual([contents.partials.size, contents.blobs.size, published()], [0, 0, 0]);
  });
});

/** A limit of 1,000 bytes a second, whose pauses last until somebody is in a hurry. */
function standstill(): { readonly limit: Bandwidth; readonly pauses: () => number } {
  let pauses = 0;
  const limit = new Bandwidth(1000, {
    now: () => 0,
    sleep: (_milliseconds, hurry) => {
      pauses += 1;
      return new Promise((resolve) => hurry.addEventListener('abort', () => resolve(), { once: true }));
    },
  });
  return { limit, pauses: () => pauses };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

describe('a transfer that nobody waits for', () => {
  it('is slowed down until somebody joins, and again when he leaves', async () => {
    const { limit, pauses } = standstill();
    const gate = deferred<void>();
    const { transfer } = begin([{ until: gate.promise }], undefined, limit);
    const reading = follow(transfer.join(true));
    await until(() => pauses() === 1);
    assert.ok(transfer.received < BYTES.length / 2, 'it is read piece by piece');
    const person = transfer.join();
    await until(() => transfer.received === BYTES.length);
    assert.equal(pauses(), 1);
    person?.leave();
    gate.resolve();
    assert.ok((await reading).bytes.equals(BYTES));
    await transfer.finished;
  });

  it('goes on slowly when who joined leaves in the middle', async () => {
    const { limit, pauses } = standstill();
    const { transfer } = begin([{}], undefined, limit);
    const reading = follow(transfer.join(true));
    await until(() => pauses() === 1);
    transfer.join()?.leave();
    await until(() => pauses() === 2);
    transfer.join();
    assert.ok((await reading).bytes.equals(BYTES));
  });

  it('ends with its last reader, keeping what has arrived', async () => {
    const { limit, pauses } = standstill();
    const { transfer, contents, published } = begin([{}], undefined, limit);
    const readers = [transfer.join(true), transfer.join(true)];
    await until(() => pauses() === 1);
    readers[0]?.leave();
    assert.equal(transfer.joinable, true);
    readers[1]?.leave();
    readers[1] = transfer.join(true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(transfer.joinable, true, 'another one came in time');
    readers[1]?.leave();
    await until(() => !transfer.joinable);
    assert.equal(transfer.join(), undefined, 'who comes now begins another one');
    await transfer.finished;
    assert.equal(published(), 0);
    const next = beginWith(contents, [{}]);
    const { bytes } = await follow(next.transfer.join());
    assert.ok(bytes.equals(BYTES));
    assert.ok((next.asked[0] ?? 0) > 0, 'which goes on where this one stopped');
  });

  it('does not end when somebody else ever wanted it, and is not slowed without readers', async () => {
    const { limit } = standstill();
    const gate = deferred<void>();
    const { transfer, published } = begin([{ until: gate.promise }], undefined, limit);
    transfer.join()?.leave();
    transfer.join(true)?.leave();
    gate.resolve();
    await transfer.finished;
    assert.equal(published(), 1);
  });

  it('does not end when all has arrived', async () => {
    const { transfer, published } = begin([{}]);
    const reader = transfer.join(true);
    await until(() => published() === 1);
    reader?.leave();
    await transfer.finished;
    assert.equal(transfer.error, undefined);
  });
});
