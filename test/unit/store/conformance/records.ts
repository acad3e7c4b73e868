import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Digest } from '#src/oci/digest.js';
import type { Descriptor } from '#src/oci/manifest.js';
import { OCI_EMPTY, OCI_INDEX, OCI_MANIFEST } from '#src/oci/media-type.js';
import type { Store } from '#src/store/port.js';
import { type MakeStore, text, withStore } from './subject.js';

export function describeRecords(makeStore: MakeStore): void {
  describe('origins', () => {
    it(
      'say where a tag and a revision came from, until they are removed',
      withStore(makeStore, async (store, subject) => {
        const { digest } = text('x');
        assert.equal(await store.origins.readTag('r', 'tag'), undefined);
        assert.equal(await store.origins.readRevision('r', digest), undefined);
        await store.origins.removeTag('r', 'tag');
        await store.origins.removeRevision('r', digest);
        await store.origins.writeTag('r', 'tag', { upstream: 'docker.io', confirmed: 1 });
        await store.origins.writeTag('r', 'tag', { upstream: 'docker.io', confirmed: 1_700_000_000_123 });
        await store.origins.writeRevision('r', digest, { upstream: 'ghcr.io', confirmed: 0 });
        const { origins } = await subject.reopen();
        assert.deepEqual(await origins.readTag('r', 'tag'), {
          upstream: 'docker.io',
          confirmed: 1_700_000_000_123,
        });
        assert.deepEqual(await origins.readRevision('r', digest), { upstream: 'ghcr.io', confirmed: 0 });
        assert.equal(await origins.readTag('r', 'Tag'), undefined);
        assert.equal(await origins.readTag('r/r', 'tag'), undefined);
        await origins.removeTag('r', 'tag');
        await origins.removeRevision('r', digest);
        assert.equal(await origins.readTag('r', 'tag'), undefined);
        assert.equal(await origins.readRevision('r', digest), undefined);
      }),
    );

    it(
      'make no repository',
      withStore(makeStore, async ({ origins, repositories }) => {
        await origins.writeTag('r', 'tag', { upstream: 'docker.io', confirmed: 1 });
        assert.equal(await repositories.exists('r'), false);
      }),
    );
  });

  describe('referrers', () => {
    it(
      'are found among the revisions, with what the referrers API says of them',
      withStore(makeStore, async (store, subject) => {
        const subjectDigest = text('subject').digest;
        const notes = { 'org.example.note': 'ünïcode' };
        const signature = await push(
          store,
          'r',
          manifest({ subject: subjectDigest, artifactType: 'x/signature', annotations: notes }),
        );
        const image = await push(store, 'r', manifest({ subject: subjectDigest }));
        const index = await push(store, 'r', {
          schemaVersion: 2,
          mediaType: OCI_INDEX,
          manifests: [],
          subject: descriptor(subjectDigest),
        });
        await push(store, 'r', manifest({}));
        await push(store, 'other', manifest({ subject: subjectDigest, artifactType: 'x/elsewhere' }));
        await store.repositories.linkRevision('r', text('a revision without a blob').digest);
        const broken = text('{ not a manifest');
        await store.blobs.put(broken.digest, broken.bytes);
        await store.repositories.linkRevision('r', broken.digest);
        const expected: Descriptor[] = [
          { mediaType: OCI_MANIFEST, ...signature, artifactType: 'x/signature', annotations: notes },
          { mediaType: OCI_MANIFEST, ...image, artifactType: OCI_EMPTY },
          { mediaType: OCI_INDEX, ...index },
        ].sort(byDigest);
        assert.deepEqual(await store.referrers.list('r', subjectDigest), expected);
        const again = await subject.reopen();
        assert.deepEqual(await again.referrers.list('r', subjectDigest), expected);
        assert.deepEqual(await again.referrers.list('r', text('nothing').digest), []);
        assert.deepEqual(await again.referrers.list('no/such/repository', subjectDigest), []);
        assert.equal(await again.repositories.exists('no/such/repository'), false);
      }),
    );

    it(
      'are added and removed one by one, also many at once',
      withStore(makeStore, async (store) => {
        const subject = text('subject').digest;
        const content = Array.from({ length: 12 }, (_, number) =>
          manifest({ subject, artifactType: `x/${number}` }),
        );
        const add = async (document: object): Promise<Descriptor> => {
          const pushed = await push(store, 'r', document);
          const { artifactType } = document as { artifactType: string };
          const referrer = { mediaType: OCI_MANIFEST, ...pushed, artifactType };
          await store.referrers.add('r', subject, referrer);
          return referrer;
        };
        const first = await add(content[0] ?? {});
        assert.deepEqual(await store.referrers.list('r', subject), [first]);
        const others = await Promise.all(content.slice(1).map(add));
        const all = [first, ...others].sort(byDigest);
        assert.deepEqual(await store.referrers.list('r', subject), all);
        await store.referrers.add('r', subject, first);
        assert.deepEqual(await store.referrers.list('r', subject), all);
        await store.repositories.unlinkRevision('r', first.digest);
        await store.referrers.remove('r', subject, first.digest);
        await store.referrers.remove('r', subject, text('never there').digest);
        await store.referrers.remove('r', text('nothing').digest, first.digest);
        assert.deepEqual(await store.referrers.list('r', subject), [...others].sort(byDigest));
      }),
    );
  });
}

function descriptor(digest: Digest): Descriptor {
  return { mediaType: OCI_MANIFEST, digest, size: 7 };
}

function manifest(extra: { subject?: Digest; artifactType?: string; annotations?: object }): object {
  const empty = text('{}');
  return {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_EMPTY, digest: empty.digest, size: 2 },
    layers: [],
    ...extra,
    ...(extra.subject === undefined ? {} : { subject: descriptor(extra.subject) }),
  };
}

async function push(
  store: Store,
  repository: string,
  document: object,
): Promise<{ digest: Digest; size: number }> {
  const { bytes, digest } = text(JSON.stringify(document));
  await store.blobs.put(digest, bytes);
  await store.repositories.linkRevision(repository, digest);
  return { digest, size: bytes.length };
}

function byDigest(one: Descriptor, other: Descriptor): number {
  return one.digest < other.digest ? -1 : 1;
}
