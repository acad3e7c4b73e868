import assert from 'node:assert/strict';
import { mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { OCI_MANIFEST } from '#src/oci/media-type.js';
import { createDistributionStore } from '#src/store/distribution.js';
import * as layout from '#src/store/layout.js';
import type { Store } from '#src/store/port.js';
import { blobContent, collect, FAR_FUTURE, text } from '../../unit/store/conformance/subject.js';
import { temporaryFolder } from './folder.js';

const GARBAGE = [
  '',
  'garbage',
  `sha256:${'a'.repeat(63)}`,
  `sha256:${'a'.repeat(64)}\n`,
  'x'.repeat(100_000),
];

describe('damaged files', () => {
  it('read as links that are not there, and are mended by writing them again', async () => {
    await withFolder(async (store, root) => {
      const { digest } = text('x');
      for (const content of GARBAGE) {
        await store.repositories.linkLayer('r', digest);
        await store.repositories.linkRevision('r', digest);
        await store.repositories.writeTag('r', 'good', digest);
        await store.repositories.writeTag('r', 'bad', digest);
        for (const link of [
          layout.layerLink('r', digest),
          layout.revisionLink('r', digest),
          layout.tagCurrent('r', 'bad'),
        ]) {
          await writeFile(join(root, link), content);
        }
        assert.equal(await store.repositories.hasLayer('r', digest), false);
        assert.deepEqual(store.repositories.layerSizes('r', [digest]), [undefined]);
        assert.equal(await store.repositories.hasRevision('r', digest), false);
        assert.equal(await store.repositories.readTag('r', 'bad'), undefined);
        assert.deepEqual(await collect(store.repositories.layers('r')), []);
        assert.deepEqual(await collect(store.repositories.revisions('r')), []);
        assert.deepEqual(await store.repositories.tags('r'), ['good']);
      }
      await store.repositories.linkLayer('r', digest);
      await store.repositories.writeTag('r', 'bad', digest);
      assert.equal(await store.repositories.hasLayer('r', digest), true);
      await store.blobs.put(digest, Buffer.from('x'));
      assert.deepEqual(store.repositories.layerSizes('r', [digest]), [1]);
      assert.deepEqual(await store.repositories.tags('r'), ['bad', 'good']);
    });
  });

  it('leave of the history of a tag what can be read', async () => {
    await withFolder(async (store, root) => {
      const [one, two, three] = [text('1').digest, text('2').digest, text('3').digest];
      for (const digest of [one, two, three]) await store.repositories.writeTag('r', 'tag', digest);
      for (const [second, digest] of [three, two, one].entries()) {
        const since = new Date(1_600_000_000_000 - second * 1000);
        await utimes(join(root, layout.tagIndex('r', 'tag', digest)), since, since);
      }
      const digests = async () =>
        (await store.repositories.tagHistory('r', 'tag')).map(({ digest }) => digest);
      assert.deepEqual(await digests(), [three, two, one]);
      for (const content of GARBAGE) {
        await writeFile(join(root, layout.tagIndex('r', 'tag', two)), content);
        assert.deepEqual(await digests(), [three, one]);
      }
      await rm(join(root, layout.tagIndexFolder('r', 'tag')), { recursive: true });
      assert.deepEqual(await digests(), [three]);
      await writeFile(join(root, layout.tagCurrent('r', 'tag')), 'nothing');
      assert.deepEqual(await digests(), []);
    });
  });

  it('read as origins that are not there', async () => {
    await withFolder(async (store, root) => {
      const origin = { upstream: 'docker.io', confirmed: 5 };
      for (const content of [
        '',
        '{"upstream":"docker.io","conf',
        '[]',
        'null',
        '{"upstream":1,"confirmed":1}',
        '{}',
      ]) {
        await store.origins.writeTag('r', 'tag', origin);
        await writeFile(join(root, layout.tagOrigin('r', 'tag')), content);
        assert.equal(await store.origins.readTag('r', 'tag'), undefined, content);
      }
      await store.origins.writeTag('r', 'tag', origin);
      assert.deepEqual(await store.origins.readTag('r', 'tag'), origin);
    });
  });

  it('that are folders where files should be do no harm', async () => {
    await withFolder(async (store, root) => {
      const { digest } = text('x');
      for (const path of [
        layout.blobData(digest),
        layout.layerLink('r', digest),
        layout.tagCurrent('r', 'tag'),
        layout.tagOrigin('r', 'tag'),
        layout.referrersMarker('r'),
      ]) {
        await mkdir(join(root, path), { recursive: true });
      }
      assert.equal(await store.blobs.stat(digest), undefined);
      assert.equal(await store.blobs.open(digest), undefined);
      assert.deepEqual(await collect(store.blobs.walk()), []);
      assert.equal(await store.repositories.hasLayer('r', digest), false);
      assert.equal(await store.repositories.readTag('r', 'tag'), undefined);
      assert.deepEqual(await store.repositories.tags('r'), []);
      assert.equal(await store.origins.readTag('r', 'tag'), undefined);
      assert.deepEqual(await store.referrers.list('r', digest), []);
    });
  });

  it('of a wrong size are replaced when the blob comes again', async () => {
    await withFolder(async (store, root) => {
      const { bytes, digest } = text('whole content');
      const path = join(root, layout.blobData(digest));
      await store.blobs.put(digest, bytes);
      await writeFile(path, '');
      await store.blobs.put(digest, bytes);
      assert.deepEqual(await blobContent(store, digest), bytes);
      await writeFile(path, 'whole');
      const incoming = await store.blobs.receive(digest);
      await incoming.append(bytes);
      await incoming.publish();
      await incoming.close();
      assert.deepEqual(await blobContent(store, digest), bytes);
    });
  });

  it('in the index of referrers are made again from the revisions', async () => {
    await withFolder(async (first, root) => {
      let store = first;
      const subject = text('subject').digest;
      const list = async (): Promise<string[]> =>
        (await store.referrers.list('r', subject)).map(({ digest }) => digest);
      const one = await pushReferrer(store, subject, 'x/one');
      assert.deepEqual(await list(), [one]);
      const index = join(root, layout.referrersOf('r', subject));
      for (const spoil of [
        () => writeFile(index, '{"schemaVersion":2,"manif'),
        () => rm(join(root, layout.referrersFolder('r')), { recursive: true }),
        () => rm(join(root, layout.referrersMarker('r'))),
        () => writeFile(join(root, layout.referrersMarker('r')), ''),
      ]) {
        await spoil();
        await store.close();
        store = createDistributionStore({ rootDirectory: root });
        assert.deepEqual(await list(), [one]);
      }
      // What another program stored while this one was not running: a revision the index knows nothing of.
      const two = await pushReferrer(store, subject, 'x/two');
      assert.deepEqual(await list(), [one]);
      await store.close();
      store = createDistributionStore({ rootDirectory: root });
      assert.deepEqual(await list(), [one, two].sort());
      await store.close();
    });
  });
});

describe('what is not ours', () => {
  it('is passed over by every walk', async () => {
    await withFolder(async (store, root) => {
      const { bytes, digest } = text('x');
      await store.blobs.put(digest, bytes);
      await store.repositories.linkLayer('a/b', digest);
      await store.repositories.writeTag('a/b', 'tag', digest);
      const base = 'docker/registry/v2';
      for (const path of [
        'lost+found/x',
        `${base}/blobs/lost+found/x`,
        `${base}/blobs/sha256/.DS_Store`,
        `${base}/blobs/sha256/zz/nonsense/data`,
        `${base}/blobs/sha256/00/${'f'.repeat(64)}/data`,
        `${base}/blobs/md5/aa/${'a'.repeat(32)}/data`,
        `${base}/repositories/.DS_Store`,
        `${base}/repositories/a/.DS_Store`,
        `${base}/repositories/_hidden/_layers/x`,
        `${base}/repositories/empty/folder/file`,
        `${base}/repositories/a/b/_layers/sha256/.DS_Store`,
        `${base}/repositories/a/b/_layers/sha256/${'b'.repeat(10)}/link`,
        `${base}/repositories/a/b/_manifests/tags/.DS_Store`,
        `${base}/repositories/a/b/_manifests/tags/half/index/x`,
        `${base}/repositories/a/b/_uploads/not-a-uuid/startedat`,
        `${base}/_mirror/incoming/sha256/.DS_Store`,
      ]) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), 'not ours');
      }
      await symlink('/etc', join(root, base, 'repositories/link'));
      assert.deepEqual(
        (await collect(store.blobs.walk())).map((info) => info.digest),
        [digest],
      );
      assert.deepEqual(await collect(store.repositories.walk()), ['a/b']);
      assert.deepEqual(await collect(store.repositories.layers('a/b')), [digest]);
      assert.deepEqual(await store.repositories.tags('a/b'), ['tag']);
      assert.deepEqual(await collect(store.uploads.stale(FAR_FUTURE)), []);
      assert.deepEqual(await collect(store.blobs.stalePartials(FAR_FUTURE)), []);
    });
  });

  it('and lies abandoned among our temporary files is swept when it is old', async () => {
    await withFolder(async (store, root) => {
      const folder = join(root, layout.TEMPORARY);
      await mkdir(join(folder, 'old-tree/below'), { recursive: true });
      await writeFile(join(folder, 'old'), 'x');
      await writeFile(join(folder, 'new'), 'x');
      const old = new Date(Date.now() - 7_200_000);
      await utimes(join(folder, 'old'), old, old);
      await utimes(join(folder, 'old-tree'), old, old);
      await store.blobs.put(text('x').digest, Buffer.from('x'));
      await store.close();
      assert.deepEqual(await readdir(folder), ['new']);
    });
  });
});

describe('an upload', () => {
  it('is read again when somebody else went on with it, and cleaned by the time it began', async () => {
    await withFolder(async (store, root) => {
      const { bytes, digest } = text('changed behind our back');
      const upload = await store.uploads.create('r');
      await upload.append(Buffer.from('CHANGED'));
      await upload.close();
      const folder = join(root, layout.uploadFolder('r', upload.id));
      await writeFile(join(folder, 'data'), bytes);
      await mkdir(join(folder, 'hashstates/sha256'), { recursive: true });
      await writeFile(join(folder, 'startedat'), '2001-02-03T04:05:06Z');
      const before = (date: string): Promise<unknown[]> => collect(store.uploads.stale(new Date(date)));
      assert.equal((await before('2001-02-03T04:05:06Z')).length, 0);
      assert.equal((await before('2001-02-03T04:05:07Z')).length, 1);
      const again = await store.uploads.open('r', upload.id);
      assert.equal(again?.offset, bytes.length);
      await again?.commit(digest);
      await again?.close();
      assert.deepEqual(await blobContent(store, digest), bytes);
      assert.deepEqual(await readdir(dirname(folder)), []);
    });
  });
});

async function pushReferrer(
  { blobs, repositories }: Store,
  subject: string,
  artifactType: string,
): Promise<string> {
  const config = { mediaType: 'x/config', digest: text('{}').digest, size: 2 };
  const { bytes, digest } = text(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      artifactType,
      config,
      layers: [],
      subject: { mediaType: OCI_MANIFEST, digest: subject, size: 7 },
    }),
  );
  await blobs.put(digest, bytes);
  await repositories.linkRevision('r', digest);
  return digest;
}

async function withFolder(body: (store: Store, root: string) => Promise<void>): Promise<void> {
  const { path, remove } = await temporaryFolder();
  const store = createDistributionStore({ rootDirectory: path });
  try {
    await body(store, path);
  } finally {
    await store.close();
    await remove();
  }
}
