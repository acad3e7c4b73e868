import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { MirrorError } from '#src/errors.js';
import { NO_BASE } from '#src/images/bundle/base.js';
import type { ApplyEvent } from '#src/images/bundle/events.js';
import { frontOf } from '#src/images/bundle/write-bundle.js';
import { createDistributionStore } from '#src/store/distribution.js';
import { createMemoryStore } from '#src/store/memory.js';
import type { Store } from '#src/store/port.js';
import {
  type ApplyChanges,
  applyBytes,
  BUNDLE_HOSTS,
  bundleBytes,
  bundleKey,
  opened,
} from '../../../parts/bundles.js';
import { Parts } from '../../../parts/cleanup.js';
import { fillStore, type Shelf } from '../../../parts/fill-store.js';
import {
  type AnyImage,
  blobsOf,
  buildArtifact,
  buildImage,
  manifestsOf,
  multiImage,
  smallImage,
} from '../../../parts/images.js';
import { randomLayer } from '../../../parts/layers.js';
import { auditStore } from '../../../parts/store-audit.js';
import { type TempFolder, tempFolder } from '../../../parts/temp.js';

const HUB = { tag: '1', upstream: 'docker.io' };

describe('a bundle, applied to an empty mirror', () => {
  const parts = new Parts();
  let source: Store;
  let folder: TempFolder;
  let target: Store;

  beforeEach(async () => {
    folder = parts.add(await tempFolder('dm-bundle'));
    source = createMemoryStore();
    target = createDistributionStore({ rootDirectory: folder.file('target') });
  });
  afterEach(async () => {
    await target.close();
    await parts.close();
  });

  const apply = (bytes: Buffer, changes: ApplyChanges = {}) =>
    applyBytes(bytes, target, folder.file('state'), changes);

  async function assertThere(image: AnyImage, { repository, tag, upstream }: Shelf): Promise<void> {
    const { repositories, origins, blobs } = target;
    assert.equal(await repositories.readTag(repository, tag), image.manifest.digest);
    assert.equal((await origins.readTag(repository, tag))?.upstream, upstream);
    for (const { digest, bytes } of manifestsOf(image)) {
      assert.ok(await repositories.hasRevision(repository, digest));
      assert.equal((await origins.readRevision(repository, digest))?.upstream, upstream);
      assert.equal((await blobs.stat(digest))?.size, bytes.length);
    }
    for (const { digest, bytes } of blobsOf(image)) {
      assert.ok(await repositories.hasLayer(repository, digest));
      assert.equal((await blobs.stat(digest))?.size, bytes.length);
    }
  }

  async function assertSound(): Promise<void> {
    assert.deepEqual((await auditStore(folder.file('target'))).problems, []);
  }

  async function refusal(work: Promise<unknown>): Promise<MirrorError> {
    let found: MirrorError | undefined;
    await assert.rejects(work, (error: MirrorError) => {
      found = error;
      return true;
    });
    return found as MirrorError;
  }

  async function assertUntouched(): Promise<void> {
    for await (const name of target.repositories.walk()) assert.fail(`${name} is there`);
    for await (const { digest } of target.blobs.walk()) assert.fail(`${digest} is there`);
  }

  it('brings copies as copies, and what was pushed as pushed', async () => {
    const [multi, second, own] = [
      multiImage('multi'),
      smallImage('second', { flavour: 'docker' }),
      smallImage('own'),
    ];
    const shelves = [
      [multi, { ...HUB, repository: 'library/multi' }],
      [second, { tag: '2', upstream: 'second.example', repository: 'second.example/team/app' }],
      [own, { tag: 'latest', repository: 'team/own' }],
    ] as const;
    for (const [image, shelf] of shelves) await fillStore(source, image, shelf);
    const bytes = await bundleBytes(source);
    const events = await apply(bytes);
    for (const [image, shelf] of shelves) await assertThere(image, shelf);
    await assertSound();
    assert.deepEqual(
      events.flatMap((event) =>
        event.event === 'applied' ? [[event.image, event.upstream, event.state]] : [],
      ),
      [
        ['docker.io/library/multi:1', 'docker.io', 'new'],
        ['second.example/team/app:2', 'second.example', 'new'],
        ['team/own:latest', null, 'new'],
      ],
    );
    let read = 0;
    const again = await apply(bytes, { onRead: (count) => (read += count) });
    const end = again.at(-1);
    assert.ok(
      end?.event === 'ended' && end.changed === 0 && end.unchanged === 3 && end.bytes === 0,
      JSON.stringify(end),
    );
    assert.ok(read < 70_000 && bytes.length > 1_000_000, `${read} bytes were read to find that all is here`);
  });

  it('is the same bytes for the same content, but for the time and the key', async () => {
    const other = createMemoryStore();
    const [one, two] = [smallImage('one'), multiImage('two')];
    await fillStore(source, one, { ...HUB, repository: 'library/one' });
    await fillStore(source, two, { tag: 'b', repository: 'team/two' });
    await fillStore(other, two, { tag: 'b', repository: 'team/two' });
    await fillStore(other, one, { ...HUB, repository: 'library/one' });
    const key = bundleKey();
    assert.ok((await bundleBytes(source, { key })).equals(await bundleBytes(other, { key })));
  });

  it('puts copies where the other mirror has those of that upstream', async () => {
    const image = smallImage('moved');
    await fillStore(source, image, { ...HUB, repository: 'library/moved' });
    const hosts = { ...BUNDLE_HOSTS, defaultHost: undefined };
    await apply(await bundleBytes(source), { hosts });
    await assertThere(image, { ...HUB, repository: 'docker.io/library/moved' });
  });

  it('refuses copies from upstreams that the mirror does not have, before anything is changed', async () => {
    await fillStore(source, smallImage('x'), {
      tag: '1',
      upstream: 'second.example',
      repository: 'second.example/x',
    });
    const hosts = { upstreams: new Map([['docker.io', true]]), defaultHost: 'docker.io' };
    const error = await refusal(bundleBytes(source).then((bytes) => apply(bytes, { hosts })));
    assert.match(error.message, /it has copies from second\.example, which this mirror does not know/);
    await assertUntouched();
  });

  it('brings what is attached: referrers, and tags of cosign', async () => {
    const image = smallImage('signed');
    const shelf = { ...HUB, repository: 'library/signed' };
    await fillStore(source, image, shelf);
    await fillStore(source, smallImage('other'), { ...shelf, tag: 'other' });
    const sbom = buildArtifact({
      subject: image,
      artifactType: 'application/spdx',
      content: Buffer.from('sbom'),
    });
    await source.blobs.put(sbom.manifest.digest, sbom.manifest.bytes);
    for (const { digest, bytes } of blobsOf(sbom)) {
      await source.blobs.put(digest, bytes);
      await source.repositories.linkLayer(shelf.repository, digest);
    }
    await source.origins.writeRevision(shelf.repository, sbom.manifest.digest, {
      upstream: 'docker.io',
      confirmed: 1,
    });
    await source.repositories.linkRevision(shelf.repository, sbom.manifest.digest);
    const cosign = `${image.manifest.digest.replace(':', '-')}.sig`;
    const signature = buildImage({ layers: [randomLayer('signature', 100)] });
    await fillStore(source, signature, { ...shelf, tag: cosign });
    await apply(await bundleBytes(source, { images: ['signed:1'] }));
    await assertThere(image, shelf);
    await assertThere(signature, { ...shelf, tag: cosign });
    const referrers = await target.referrers.list(shelf.repository, image.manifest.digest);
    assert.deepEqual(
      referrers.map(({ digest }) => digest),
      [sbom.manifest.digest],
    );
    assert.equal(await target.repositories.readTag(shelf.repository, 'other'), undefined);
    await assertSound();
  });

  it('leaves out what is not whole, saying what is missing, and takes of an index what is here', async () => {
    const [half, multi] = [smallImage('half'), multiImage('partly')];
    await fillStore(source, half, { ...HUB, repository: 'library/half' });
    await source.blobs.remove(half.layers[1]?.digest as never);
    await fillStore(source, multi, { ...HUB, repository: 'library/partly' }, multi.images.slice(0, 1));
    const told: string[] = [];
    const bytes = await bundleBytes(source, {
      tell: (event) => {
        if (event.event === 'left_out') told.push(`${event.image}: ${event.problem}`);
      },
    });
    assert.deepEqual(told, [`docker.io/library/half:1: ${half.layers[1]?.digest} is missing`]);
    const events = await apply(bytes);
    assert.equal(events.filter(({ event }) => event === 'applied').length, 1);
    assert.equal(await target.repositories.readTag('library/partly', '1'), multi.manifest.digest);
    await assertSound();
    const error = await refusal(bundleBytes(source, { images: ['half:1'] }));
    assert.match(error.message, /"half:1" is not whole here: sha256:[a-f0-9]+ is missing/);
  });

  it('has only what is new since another one, and says what that one is when it was not applied', async () => {
    const shared = randomLayer('shared', 300_000);
    const image = (label: string) => buildImage({ layers: [shared, randomLayer(label, 20_000)], label });
    await fillStore(source, image('first'), { tag: '1', repository: 'team/app' });
    await fillStore(source, smallImage('same'), { ...HUB, repository: 'library/same' });
    const first = await bundleBytes(source);
    const { base, listDigest, list } = await opened(first);
    await fillStore(source, image('second'), { tag: '1', repository: 'team/app' });
    const second = await bundleBytes(source, { base });
    assert.ok(second.length < 40_000, `${second.length} bytes`);
    const error = await refusal(apply(second));
    assert.ok(
      error.message.includes(`it builds on the bundle of ${list.created} (list ${listDigest})`),
      error.message,
    );
    assert.ok(error.message.includes(`team/app:1: ${shared.digest} is missing`), error.message);
    await assertUntouched();
    await apply(first);
    const events = await apply(second);
    await assertThere(image('second'), { tag: '1', repository: 'team/app' });
    assert.deepEqual(
      events.flatMap((event) => (event.event === 'applied' ? [event.state] : [])),
      ['moved'],
    );
    // What both brought is known to the third.
    const third = await opened(await bundleBytes(source, { base: (await opened(second)).base }));
    assert.deepEqual([third.list.members, third.list.repositories], [[], []]);
    await assertSound();
  });

  it('leaves out by date the blobs that were here before, and no manifest', async () => {
    await fillStore(source, smallImage('old'), { ...HUB, repository: 'library/old' });
    const later = await bundleBytes(source, { base: { ...NO_BASE, since: Date.now() + 60_000 } });
    assert.ok(later.length < 20_000, `${later.length} bytes`);
    const error = await refusal(apply(later));
    assert.match(error.message, /it has only what is newer than .*docker\.io\/library\/old:1: sha256/);
    await apply(await bundleBytes(source, { base: { ...NO_BASE, since: Date.now() - 60_000 } }));
    await assertThere(smallImage('old'), { ...HUB, repository: 'library/old' });
  });

  it('moves no tag that was pushed here, unless it is forced to, or a bundle brought it', async () => {
    const [first, second, mine] = [smallImage('first'), smallImage('second'), smallImage('mine')];
    const shelf = { tag: '1', repository: 'team/app' };
    await fillStore(source, first, shelf);
    await apply(await bundleBytes(source));
    await fillStore(source, second, shelf);
    await apply(await bundleBytes(source));
    await assertThere(second, shelf);
    await fillStore(target, mine, shelf);
    const bytes = await bundleBytes(source);
    const error = await refusal(apply(bytes));
    assert.match(
      error.message,
      /would replace what is not its own: team\/app:1: it is another image that was pushed here/,
    );
    await assertThere(mine, shelf);
    const events = await apply(bytes, { partial: true });
    assert.ok(events.some((event) => event.event === 'refused' && event.image === 'team/app:1'));
    await assertThere(mine, shelf);
    await apply(bytes, { force: true });
    await assertThere(second, shelf);
  });

  it('never puts a copy over what was pushed, nor what was pushed over a copy', async () => {
    const [copy, own] = [smallImage('copy'), smallImage('own')];
    await fillStore(source, copy, { ...HUB, repository: 'team/one' });
    await fillStore(source, own, { tag: '1', repository: 'team/two' });
    await fillStore(target, own, { tag: '1', repository: 'team/one' });
    await fillStore(target, copy, { ...HUB, repository: 'team/two' });
    const events = await apply(await bundleBytes(source), { partial: true });
    const problems = events.flatMap((event) => (event.event === 'refused' ? [event.problem] : []));
    assert.deepEqual(problems, [
      'it is another image that was pushed here',
      'it is a copy from docker.io here',
    ]);
  });

  it('does not give out by an unsigned list what only another repository has', async () => {
    const secret = smallImage('secret');
    await fillStore(source, secret, { tag: '1', repository: 'team/open' });
    await fillStore(target, secret, { tag: '1', repository: 'team/secret' });
    const whole = await bundleBytes(source);
    // A bundle that has the names of the content, and not the content.
    const without = await bundleBytes(source, {
      base: { ...(await opened(whole)).base, repositories: new Map() },
    });
    assert.ok(without.length < 10_000);
    const error = await refusal(apply(without, { signed: false }));
    assert.match(error.message, /team\/open:1: .* are missing/);
    assert.equal(await target.repositories.exists('team/open'), false);
    await apply(whole, { signed: false });
    await assertThere(secret, { tag: '1', repository: 'team/open' });
  });

  it('does not believe what a list says that a manifest needs', async () => {
    const [image, multi] = [smallImage('lied'), multiImage('lied')];
    await fillStore(source, image, { tag: '1', repository: 'team/image' });
    const one = await relisted(await bundleBytes(source), (list) => {
      for (const each of list.manifests) each.blobs?.splice(1);
    });
    const error = await refusal(apply(one, { signed: false }));
    assert.match(error.message, /^blobs\/sha256\/\S+ needs sha256:\S+, which its list does not say$/);
    await fillStore(source, multi, { tag: '1', repository: 'team/image' });
    const two = await relisted(await bundleBytes(source), (list) => {
      for (const each of list.manifests) each.children?.splice(0);
    });
    const other = await refusal(apply(two, { signed: false }));
    assert.match(other.message, /names images of which its list does not say any/);
    assert.equal(await target.repositories.readTag('team/image', '1'), undefined);
  });

  for (const seekable of [true, false]) {
    it(`names the member whose content is damaged, and applies the others, ${seekable ? 'from a file' : 'from a pipe'}`, async () => {
      const [good, bad] = [smallImage('good'), smallImage('bad')];
      await fillStore(source, bad, { ...HUB, repository: 'library/bad' });
      await fillStore(source, good, { ...HUB, repository: 'library/good' });
      const bytes = await bundleBytes(source);
      const { placed } = await opened(bytes);
      const hurt = placed.members.find(({ digest }) => digest === bad.layers[1]?.digest);
      const flipped = Buffer.from(bytes);
      const at = (hurt?.content ?? 0) + 1000;
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      const events: ApplyEvent[] = [];
      const error = await refusal(apply(flipped, { seekable, events }));
      assert.equal(error.message, '1 of its images could not be applied, as it is damaged');
      const damaged = events.flatMap((event) => (event.event === 'damaged' ? [event.member] : []));
      assert.deepEqual(damaged, [hurt?.path]);
      await assertThere(good, { ...HUB, repository: 'library/good' });
      assert.equal(await target.repositories.readTag('library/bad', '1'), undefined);
      await assertSound();
      await apply(bytes, { seekable });
      await assertThere(bad, { ...HUB, repository: 'library/bad' });
    });

    it(`says where it is cut off, and goes on with the whole one, ${seekable ? 'from a file' : 'from a pipe'}`, async () => {
      const [first, last] = [smallImage('aaa'), smallImage('zzz')];
      await fillStore(source, first, { ...HUB, repository: 'library/aaa' });
      await fillStore(source, last, { ...HUB, repository: 'library/zzz' });
      const bytes = await bundleBytes(source);
      const { placed } = await opened(bytes);
      const member = placed.members.find(({ digest }) => digest === last.layers[1]?.digest);
      const error = await refusal(apply(bytes.subarray(0, (member?.content ?? 0) + 70_000), { seekable }));
      assert.equal(error.message, `it is cut off in ${member?.path}`);
      await assertThere(first, { ...HUB, repository: 'library/aaa' });
      assert.equal(await target.repositories.readTag('library/zzz', '1'), undefined);
      await apply(bytes, { seekable });
      await assertThere(last, { ...HUB, repository: 'library/zzz' });
      await assertSound();
    });
  }

  it('goes on with a large blob where an earlier run was ended', async () => {
    const large = buildImage({ layers: [randomLayer('large', 9_000_000)] });
    await fillStore(source, large, { ...HUB, repository: 'library/large' });
    const bytes = await bundleBytes(source);
    const { placed } = await opened(bytes);
    const member = placed.members.find(({ digest }) => digest === large.layers[0]?.digest);
    await refusal(apply(bytes.subarray(0, (member?.content ?? 0) + 8_000_000)));
    const note = JSON.parse(await readFile(folder.file('state', 'applying.json'), 'utf8')) as {
      digest: string;
    };
    assert.equal(note.digest, member?.digest);
    let read = 0;
    await apply(bytes, { onRead: (count) => (read += count) });
    assert.ok(read < 2_000_000, `${read} bytes were read again`);
    await assertThere(large, { ...HUB, repository: 'library/large' });
    await assert.rejects(readFile(folder.file('state', 'applying.json')), { code: 'ENOENT' });
    for await (const { id } of target.uploads.stale(new Date(Date.now() + 60_000)))
      assert.fail(`${id} is left`);
  });

  it('says how much room is needed and there is', async () => {
    await fillStore(source, smallImage('room'), { ...HUB, repository: 'library/room' });
    const error = await refusal(bundleBytes(source).then((bytes) => apply(bytes, { room: 1000 })));
    assert.match(error.message, /^1\.\d MB are to be stored, and 1\.0 kB are free$/);
    await assertUntouched();
  });

  it('only tells what it would do when it is asked to', async () => {
    await fillStore(source, smallImage('dry'), { ...HUB, repository: 'library/dry' });
    const events = await apply(await bundleBytes(source), { dryRun: true });
    assert.deepEqual(
      events.map(({ event }) => event),
      ['begun', 'applied'],
    );
    await assertUntouched();
  });
});

interface LiedList {
  readonly manifests: { readonly blobs?: string[]; readonly children?: string[] }[];
}

/** A bundle with another list, which nobody signed. */
async function relisted(bytes: Buffer, change: (list: LiedList) => void): Promise<Buffer> {
  const { listBytes, signature, placed } = await opened(bytes);
  const document = JSON.parse(listBytes.toString()) as LiedList;
  change(document);
  const [, , , index, first] = placed.members;
  const indexBytes = bytes.subarray(index?.content, (index?.content ?? 0) + (index?.size ?? 0));
  return Buffer.concat([
    frontOf(Buffer.from(JSON.stringify(document)), signature, indexBytes),
    bytes.subarray(first?.start),
  ]);
}
