import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { run } from '#src/host/exec.js';
import { createDistributionStore } from '#src/store/distribution.js';
import type { Incoming, Store, Upload } from '#src/store/port.js';
import {
  blobContent,
  collect,
  digestOf,
  readAll,
  rejectsWith,
  someBytes,
  text,
} from '../../unit/store/conformance/subject.js';
import { temporaryFolder } from './folder.js';
import { cannotRun } from './needs.js';

const MIB = 1024 * 1024;

describe('a full disk', () => {
  it('stops an arriving blob at a true offset, and lets it go on when there is room', async (context) => {
    await withSmallDisk(context, 4 * MIB, async (rootDirectory) => {
      const bytes = someBytes(3 * MIB);
      const digest = digestOf(bytes);
      await writeFile(join(rootDirectory, 'filler'), Buffer.alloc(2 * MIB));
      const store = createDistributionStore({ rootDirectory });
      const incoming = await store.blobs.receive(digest);
      // A chunk that does not divide the room, so that a write ends in the middle of it.
      await assert.rejects(appendRest(incoming, bytes, 700_000), { code: 'STORE_FULL', retryable: true });
      assert.ok(incoming.offset > MIB && incoming.offset < 2.1 * MIB, String(incoming.offset));
      assert.deepEqual(await readAll(incoming, 100_000), bytes.subarray(0, incoming.offset));
      const copy = await incoming.hash();
      assert.equal(copy.update(bytes.subarray(incoming.offset)).digest('hex'), digest.slice(7));
      await rejectsWith(
        incoming.append(bytes.subarray(incoming.offset, incoming.offset + 9000)),
        'STORE_FULL',
      );
      await rejectsWith(incoming.publish(), 'DIGEST_MISMATCH');
      assert.equal(await store.blobs.stat(digest), undefined);
      await rm(join(rootDirectory, 'filler'));
      await appendRest(incoming, bytes, 700_000);
      await incoming.publish();
      await incoming.close();
      assert.deepEqual(await blobContent(store, digest), bytes);
      await store.close();
    });
  });

  it('keeps a pushed upload, to be gone on with', async (context) => {
    await withSmallDisk(context, 4 * MIB, async (rootDirectory) => {
      const bytes = someBytes(3 * MIB);
      await writeFile(join(rootDirectory, 'filler'), Buffer.alloc(2 * MIB));
      const store = createDistributionStore({ rootDirectory });
      const upload = await store.uploads.create('r');
      await rejectsWith(appendRest(upload, bytes, 1_000_003), 'STORE_FULL');
      await upload.close();
      await rm(join(rootDirectory, 'filler'));
      const again = await store.uploads.open('r', upload.id);
      assert.ok(again);
      assert.ok(again.offset > MIB && again.offset < bytes.length);
      await appendRest(again, bytes, 1_000_003);
      await again.commit(digestOf(bytes));
      await again.close();
      assert.deepEqual(await blobContent(store, digestOf(bytes)), bytes);
      await store.close();
    });
  });

  it('says so, shows nothing half-written and leaves what is there readable', async (context) => {
    await withSmallDisk(context, MIB, async (rootDirectory) => {
      const store = createDistributionStore({ rootDirectory });
      const before = text('stored before');
      await store.blobs.put(before.digest, before.bytes);
      await store.repositories.linkRevision('r', before.digest);
      await store.repositories.writeTag('r', 'tag', before.digest);
      await store.origins.writeTag('r', 'tag', { upstream: 'docker.io', confirmed: 1 });
      await fill(rootDirectory);
      const after = text('too much');
      await rejectsWith(store.probe(), 'STORE_FULL');
      await rejectsWith(store.blobs.put(after.digest, after.bytes), 'STORE_FULL');
      await rejectsWith(store.repositories.linkLayer('r', after.digest), 'STORE_FULL');
      await rejectsWith(store.repositories.writeTag('r', 'tag', after.digest), 'STORE_FULL');
      await rejectsWith(
        store.origins.writeTag('r', 'tag', { upstream: 'docker.io', confirmed: 2 }),
        'STORE_FULL',
      );
      assert.equal(await store.blobs.stat(after.digest), undefined);
      assert.equal(await store.repositories.hasLayer('r', after.digest), false);
      assert.equal(await store.repositories.readTag('r', 'tag'), before.digest);
      assert.deepEqual(await store.origins.readTag('r', 'tag'), { upstream: 'docker.io', confirmed: 1 });
      assert.deepEqual(await blobContent(store, before.digest), before.bytes);
      assert.deepEqual(await store.referrers.list('r', before.digest), []);
      assert.equal((await collect(store.blobs.walk())).length, 1);
      await rm(join(rootDirectory, 'filler'));
      await store.probe();
      await store.blobs.put(after.digest, after.bytes);
      await store.close();
    });
  });
});

describe('a read-only disk', () => {
  it('says so and still serves', async (context) => {
    await withSmallDisk(context, MIB, async (rootDirectory) => {
      const before = text('stored before');
      const writable: Store = createDistributionStore({ rootDirectory });
      await writable.blobs.put(before.digest, before.bytes);
      await writable.repositories.linkRevision('r', before.digest);
      await writable.close();
      await run('mount', ['-o', 'remount,ro', rootDirectory]);
      const store = createDistributionStore({ rootDirectory });
      await rejectsWith(store.probe(), 'STORE_READ_ONLY');
      await rejectsWith(store.blobs.put(text('x').digest, Buffer.from('x')), 'STORE_READ_ONLY');
      await rejectsWith(store.blobs.receive(text('x').digest), 'STORE_READ_ONLY');
      await rejectsWith(store.uploads.create('r'), 'STORE_READ_ONLY');
      await rejectsWith(store.blobs.remove(before.digest), 'STORE_READ_ONLY');
      assert.deepEqual(await blobContent(store, before.digest), before.bytes);
      assert.deepEqual(await store.referrers.list('r', before.digest), []);
      await store.close();
    });
  });
});

async function appendRest(target: Incoming | Upload, bytes: Buffer, chunk: number): Promise<void> {
  while (target.offset < bytes.length) {
    await target.append(bytes.subarray(target.offset, target.offset + chunk));
  }
}

async function fill(folder: string): Promise<void> {
  await assert.rejects(writeFile(join(folder, 'filler'), Buffer.alloc(64 * MIB)), { code: 'ENOSPC' });
}

async function withSmallDisk(
  context: TestContext,
  size: number,
  body: (path: string) => Promise<void>,
): Promise<void> {
  if (process.getuid?.() !== 0) {
    cannotRun(context, 'only root can mount a small file system');
    return;
  }
  const { path, remove } = await temporaryFolder();
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'docker-mirror-test', path]);
    try {
      await body(path);
    } finally {
      // Lazily, so that a file which a failed test left open does not keep it.
      await run('umount', ['-l', path]);
    }
  } finally {
    await remove();
  }
}
