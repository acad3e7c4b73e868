import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Digest } from '#src/oci/digest.js';
import type { Store } from '#src/store/port.js';
import { collect, type MakeStore, text, withStore } from './subject.js';

const NAMES = [
  '',
  '.',
  '..',
  '../x',
  'a/../../x',
  '/etc',
  'a//b',
  'a/',
  'a/_layers',
  '_uploads',
  'a\0b',
  'a\\b',
];
const TAGS = ['', '.', '..', '../x', 'a/b', '/etc/passwd', 'a\0', 'x'.repeat(300)];
const DIGESTS = [
  'sha256:../../../x',
  'sha256:',
  '../x',
  `sha256:${'a'.repeat(63)}/`,
  `md5:${'a'.repeat(64)}`,
  'sha256:a/b',
];

export function describeSafety(makeStore: MakeStore): void {
  describe('names that its callers should never have let through', () => {
    it(
      'are refused by everything that writes, and by everything that reads',
      withStore(makeStore, async (store) => {
        const { digest } = text('x');
        const long = [...NAMES, 'x'.repeat(300), 'x/'.repeat(2000).concat('x')];
        for (const name of long) await refused(callsWith(store, name, 'tag', digest));
        for (const tag of TAGS) await refused(tagCalls(store, 'r', tag, digest));
        for (const bad of DIGESTS as Digest[]) await refused(digestCalls(store, bad));
        assert.deepEqual(await collect(store.repositories.walk()), []);
        assert.deepEqual(await collect(store.blobs.walk()), []);
      }),
    );
  });
}

type Calls = Record<string, () => Promise<unknown>>;

function callsWith(store: Store, name: string, tag: string, digest: Digest): Calls {
  const { repositories, uploads, referrers } = store;
  return {
    ...tagCalls(store, name, tag, digest),
    hasLayer: () => repositories.hasLayer(name, digest),
    linkLayer: () => repositories.linkLayer(name, digest),
    unlinkLayer: () => repositories.unlinkLayer(name, digest),
    linkRevision: () => repositories.linkRevision(name, digest),
    exists: () => repositories.exists(name),
    tags: () => repositories.tags(name),
    layers: () => collect(repositories.layers(name)),
    revisions: () => collect(repositories.revisions(name)),
    create: () => uploads.create(name),
    open: () => uploads.open(name, '00000000-0000-4000-8000-000000000000'),
    list: () => referrers.list(name, digest),
  };
}

function tagCalls({ repositories, origins }: Store, name: string, tag: string, digest: Digest): Calls {
  return {
    readTag: () => repositories.readTag(name, tag),
    writeTag: () => repositories.writeTag(name, tag, digest),
    removeTag: () => repositories.removeTag(name, tag),
    readOrigin: () => origins.readTag(name, tag),
    writeOrigin: () => origins.writeTag(name, tag, { upstream: 'x', confirmed: 1 }),
    removeOrigin: () => origins.removeTag(name, tag),
  };
}

function digestCalls({ blobs, repositories, origins, referrers }: Store, digest: Digest): Calls {
  return {
    stat: () => blobs.stat(digest),
    openBlob: () => blobs.open(digest),
    put: () => blobs.put(digest, Buffer.from('x')),
    receive: () => blobs.receive(digest),
    remove: () => blobs.remove(digest),
    quarantine: () => blobs.quarantine(digest),
    linkLayer: () => repositories.linkLayer('r', digest),
    hasRevision: () => repositories.hasRevision('r', digest),
    writeTag: () => repositories.writeTag('r', 'tag', digest),
    writeOrigin: () => origins.writeRevision('r', digest, { upstream: 'x', confirmed: 1 }),
    referrer: () => referrers.add('r', digest, { mediaType: 'x', digest: text('x').digest, size: 1 }),
  };
}

async function refused(calls: Calls): Promise<void> {
  for (const [what, call] of Object.entries(calls)) {
    // In a promise, so that a method that throws at once counts like one that rejects.
    await assert.rejects(async () => call(), Error, what);
  }
}
