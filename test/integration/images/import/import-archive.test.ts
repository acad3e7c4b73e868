import assert from 'node:assert/strict';
import { readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import type { MirrorError } from '#src/errors.js';
import type { Naming } from '#src/images/import/destination.js';
import { type ImportEvent, type ImportOptions, importArchive } from '#src/images/import/import-archive.js';
import { openSource } from '#src/images/import/source.js';
import { hexOf } from '#src/oci/digest.js';
import { OCI_INDEX } from '#src/oci/media-type.js';
import { fillStore } from '../../../parts/fill-store.js';
import {
  type AnyImage,
  blobsOf,
  buildImage,
  descriptorOf,
  manifestsOf,
  multiImage,
  smallImage,
} from '../../../parts/images.js';
import { layerOf, sha256 } from '../../../parts/layers.js';
import { type MirrorFolder, mirrorFolder } from '../../../parts/mirror-folder.js';
import { type OddMember, oddTar } from '../../../parts/odd-tar.js';
import { writeLayout } from '../../../parts/publish.js';

const HOSTS = { upstreams: new Map([['docker.io', true]]), defaultHost: 'docker.io' };

describe('importArchive', () => {
  let mirror: MirrorFolder;
  beforeEach(async () => {
    mirror = await mirrorFolder();
  });
  afterEach(() => mirror.close());

  interface Changes extends Partial<Omit<ImportOptions, 'naming'>> {
    readonly naming?: Partial<Naming>;
  }

  async function importBytes(bytes: Buffer, changes: Changes = {}): Promise<ImportEvent[]> {
    const path = join(mirror.root, 'archive');
    await writeFile(path, bytes);
    const source = await openSource(path);
    const events: ImportEvent[] = [];
    try {
      await importArchive(
        source,
        {
          store: mirror.store,
          force: false,
          room: 100_000_000,
          signal: new AbortController().signal,
          ...changes,
          naming: { hosts: HOSTS, name: undefined, isOwn: false, ...changes.naming },
        },
        (event) => events.push(event),
      );
    } finally {
      await source.close();
    }
    return events.filter(({ event }) => event !== 'progress');
  }

  /** The message of a refusal; and that nothing is in the store then. */
  async function refusal(bytes: Buffer, changes: Changes = {}): Promise<string> {
    let found: MirrorError | undefined;
    await assert.rejects(importBytes(bytes, changes), (error: MirrorError) => {
      found = error;
      return true;
    });
    assert.match(found?.code ?? String(found), /^(ARCHIVE|IMAGE)_REFUSED$/, found?.stack);
    for await (const name of mirror.store.repositories.walk()) assert.fail(`${name} is there`);
    for await (const { digest } of mirror.store.blobs.walk()) assert.fail(`${digest} is there`);
    return found?.message ?? '';
  }

  it('stores an image as a pull does, and nothing twice', async () => {
    const image = multiImage('stored');
    const bytes = oddTar(layoutOf(image, 'app:1'));
    const [first, last] = await importBytes(gzipSync(bytes));
    assert.equal(first?.event === 'imported' && first.digest, image.manifest.digest);
    assert.ok(last?.event === 'done' && last.bytes > 1_000_000);
    const { repositories, origins, blobs } = mirror.store;
    assert.equal(await repositories.readTag('library/app', '1'), image.manifest.digest);
    assert.deepEqual(await origins.readTag('library/app', '1'), { upstream: 'docker.io', confirmed: 0 });
    for (const { digest } of manifestsOf(image)) {
      assert.ok(await repositories.hasRevision('library/app', digest));
      assert.equal((await origins.readRevision('library/app', digest))?.upstream, 'docker.io');
    }
    for (const { digest, bytes: content } of blobsOf(image)) {
      assert.ok(await repositories.hasLayer('library/app', digest));
      assert.equal((await blobs.stat(digest))?.size, content.length);
    }
    const again = await importBytes(bytes);
    assert.deepEqual(again.at(-1), { event: 'done', file: join(mirror.root, 'archive'), bytes: 0 });
  });

  it('leaves what the upstream confirmed confirmed, and replaces an older copy', async () => {
    const [held, newer] = [smallImage('held'), smallImage('newer')];
    await fillStore(mirror.store, held, { repository: 'library/app', tag: '1', upstream: 'docker.io' });
    await importBytes(oddTar(layoutOf(held, 'app:1')));
    assert.equal((await mirror.store.origins.readTag('library/app', '1'))?.confirmed, 1);
    await importBytes(oddTar(layoutOf(newer, 'app:1')));
    assert.equal((await mirror.store.origins.readTag('library/app', '1'))?.confirmed, 0);
    assert.equal(await mirror.store.repositories.readTag('library/app', '1'), newer.manifest.digest);
  });

  it('replaces what was pushed, or is a copy, by the other kind only when it is forced to', async () => {
    const [held, other] = [smallImage('held'), smallImage('other')];
    const tags = mirror.store.repositories;
    await fillStore(mirror.store, held, { repository: 'team/pushed', tag: '1' });
    await fillStore(mirror.store, held, { repository: 'team/copy', tag: '1', upstream: 'docker.io' });
    const pushed = oddTar(layoutOf(other, 'team/pushed:1'));
    const copy = oddTar(layoutOf(other, 'team/copy:1'));
    await assert.rejects(importBytes(pushed), {
      message: /team\/pushed:1 is another image, which was pushed here/,
    });
    const own = { naming: { isOwn: true } };
    await assert.rejects(importBytes(copy, own), {
      message: /is another image, which is a copy from docker\.io/,
    });
    assert.equal(await tags.readTag('team/pushed', '1'), held.manifest.digest);
    await importBytes(pushed, { force: true });
    await importBytes(copy, { ...own, force: true });
    assert.equal(await tags.readTag('team/pushed', '1'), other.manifest.digest);
    assert.equal(await mirror.store.origins.readTag('team/copy', '1'), undefined);
  });

  it('takes an index of which a part is there, and says what is not', async () => {
    const image = multiImage('part');
    const arm64 = image.images[1];
    const without = new Set([arm64?.manifest, ...(arm64?.layers ?? []).slice(1)].map((each) => each?.digest));
    const members = layoutOf(image, 'app:1').filter(
      ({ path }) => !without.has(`sha256:${path.slice(13)}` as never),
    );
    const [event] = await importBytes(oddTar(members));
    assert.deepEqual(event?.event === 'imported' && event.absent, ['linux/arm64']);
  });

  it('refuses a flipped bit, naming the member, wherever it is', async () => {
    const image = smallImage('flipped', { size: 2000 });
    for (const { digest } of [...blobsOf(image), image.manifest]) {
      const members = layoutOf(image, 'app:1').map((member) => {
        if (member.path !== pathOf(digest)) return member;
        const content = Buffer.from(member.content ?? []);
        content[100] = (content[100] ?? 0) ^ 0x10;
        return { ...member, content };
      });
      const message = await refusal(oddTar(members));
      assert.match(message, new RegExp(`"${pathOf(digest)}" is damaged: its content is sha256:`));
    }
  });

  it('refuses a flipped bit in what is compressed', async () => {
    const packed = gzipSync(oddTar(layoutOf(smallImage('packed', { size: 500 }), 'app:1')));
    for (const position of [20, Math.floor(packed.length / 2), packed.length - 6]) {
      const copy = Buffer.from(packed);
      copy[position] = (copy[position] ?? 0) ^ 0x04;
      assert.match(await refusal(copy), /damaged|is not in it|no tar archive|leads out|twice|JSON|header/);
    }
    assert.match(await refusal(packed.subarray(0, packed.length - 20)), /damaged in or behind "blobs/);
  });

  it('refuses what is not whole, naming what is not in it', async () => {
    const image = smallImage('holes', { size: 500 });
    for (const { digest } of [...blobsOf(image), image.manifest]) {
      const members = layoutOf(image, 'app:1').filter(({ path }) => path !== pathOf(digest));
      assert.match(await refusal(oddTar(members)), new RegExp(`not whole: "${pathOf(digest)}" is not in it`));
    }
  });

  it('refuses what is no archive of images', async () => {
    assert.match(await refusal(Buffer.alloc(0)), /empty/);
    assert.match(await refusal(Buffer.from('hello')), /no tar archive/);
    assert.match(
      await refusal(oddTar([{ path: 'file', content: Buffer.from('x') }])),
      /neither an index\.json/,
    );
    assert.match(await refusal(Buffer.from('fd377a585a000000', 'hex')), /compressed by xz/);
    for (const text of [
      '{',
      '[]',
      '{"schemaVersion":2}',
      '{"schemaVersion":2,"manifests":[{}]}',
      '{"schemaVersion":1}',
    ]) {
      await refusal(oddTar([{ path: 'index.json', content: Buffer.from(text) }]));
    }
    for (const text of [
      '{',
      '{}',
      '[1]',
      '[{}]',
      '[{"Config":"x","Layers":[]}]',
      '[{"Config":"../x","Layers":[1]}]',
    ]) {
      await refusal(oddTar([{ path: 'manifest.json', content: Buffer.from(text) }]));
    }
  });

  it('refuses more content than there is room for, without unpacking it all', async () => {
    const zeros = Buffer.alloc(50_000_000);
    const bomb = oddTar([{ path: 'blobs/sha256/zeros', content: zeros }]);
    const message = await refusal(gzipSync(bomb), { room: 10_000_000 });
    assert.match(
      message,
      /with "blobs\/sha256\/zeros" it unpacks to more than the 10000000 bytes that are free/,
    );
    assert.ok(deflateRawSync(zeros).length < 60_000, 'it is a bomb');
  });

  it('refuses what goes on without end between and behind the members', async () => {
    const room = { room: 10_000_000 };
    const behind = Buffer.concat([oddTar([{ path: 'index.json' }]), Buffer.alloc(20_000_000)]);
    assert.match(await refusal(gzipSync(behind), room), /^it unpacks to more than the 10000000 bytes/);
    const content = Buffer.from('12 comment=\n');
    const between = oddTar(Array.from({ length: 12_000 }, () => ({ path: 'g', type: 'g', content })));
    assert.match(await refusal(gzipSync(between), room), /^it unpacks to more than the 10000000 bytes/);
  });

  it('says nothing that a terminal would obey', async () => {
    const mediaType = '\u001b]0;owned\u0007\u009b31m';
    const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType }));
    assert.doesNotMatch(await refusal(oddTar([{ path: 'index.json', content }])), /\p{Cc}/u);
    assert.doesNotMatch(await refusal(oddTar([{ path: '\u001b[31m\u009b', type: '3' }])), /\p{Cc}/u);
  });

  it('takes a folder with an image layout, and refuses links in one', async () => {
    const folder = join(mirror.root, 'layout');
    await writeLayout(smallImage('folder'), folder, 'folder:1');
    const options = () => ({
      store: mirror.store,
      naming: { hosts: HOSTS, name: undefined, isOwn: false },
      force: false,
      room: 1e9,
      signal: new AbortController().signal,
    });
    const source = await openSource(folder);
    await symlink('/etc/passwd', join(folder, 'blobs', 'sha256', '0'.repeat(64)));
    await assert.rejects(
      importArchive(source, options(), () => undefined),
      { message: /is no file/ },
    );
    await rm(join(folder, 'blobs', 'sha256', '0'.repeat(64)));
    await importArchive(source, options(), () => undefined);
    assert.ok((await mirror.store.repositories.readTag('library/folder', '1')) !== undefined);
    await assert.rejects(
      async () => importArchive(await openSource(mirror.layout.registry), options(), () => undefined),
      { message: /is no image layout/ },
    );
  });

  it('refuses indexes in one another without end', async () => {
    const image = smallImage('deep', { size: 10 });
    let inner = image.manifest;
    const members = layoutOf(image, 'app:1').slice(1);
    for (let depth = 0; depth < 30; depth += 1) {
      const document = {
        schemaVersion: 2,
        mediaType: OCI_INDEX,
        manifests: [descriptorOf(inner), descriptorOf(inner)],
      };
      const bytes = Buffer.from(JSON.stringify(document));
      inner = { mediaType: OCI_INDEX, digest: sha256(bytes), bytes };
      members.push({ path: pathOf(inner.digest), content: bytes });
    }
    assert.match(await refusal(oddTar([indexJson(inner, 'app:1'), ...members])), /an index in an index/);
  });

  describe("of docker save's older format", () => {
    const layers = [layerOf([{ path: 'a' }], 1), layerOf([{ path: 'b' }], 1)];
    const { config } = buildImage({ layers });

    function saved(changes: (members: OddMember[]) => OddMember[] = (members) => members): Buffer {
      const entry = {
        Config: `${hexOf(config.digest)}.json`,
        RepoTags: ['old/app:1'],
        Layers: ['1/layer.tar', '2/layer.tar'],
      };
      return oddTar(
        changes([
          { path: entry.Config, content: config.bytes },
          { path: '1/layer.tar', content: gunzipSync(layers[0]?.bytes ?? '') },
          { path: 'shared/layer.tar', content: gunzipSync(layers[1]?.bytes ?? '') },
          { path: '2/layer.tar', type: '2', linkTo: '../shared/layer.tar' },
          { path: 'manifest.json', content: Buffer.from(JSON.stringify([entry])) },
        ]),
      );
    }

    it('keeps the config, and gives the same manifest each time', async () => {
      const [first] = await importBytes(saved());
      const [second] = await importBytes(saved(), { naming: { name: 'again:1' } });
      assert.ok(first?.event === 'imported' && second?.event === 'imported');
      assert.equal(first.digest, second.digest);
      assert.ok(await mirror.store.repositories.hasLayer('old/app', config.digest));
      for (const { diffId } of layers) assert.ok(await mirror.store.repositories.hasLayer('old/app', diffId));
    });

    it('refuses a layer that the config does not know, a link that leads nowhere, and a wrong config', async () => {
      const damagedLayer = saved((members) =>
        members.map((each) =>
          each.path === '1/layer.tar' ? { ...each, content: oddTar([{ path: 'evil' }]) } : each,
        ),
      );
      assert.match(await refusal(damagedLayer), /"1\/layer\.tar" is damaged/);
      const loose = saved((members) => members.filter(({ path }) => path !== 'shared/layer.tar'));
      assert.match(await refusal(loose), /"2\/layer\.tar" is not in it/);
      const circle = saved((members) => [
        ...members.filter(({ path }) => path !== 'shared/layer.tar'),
        { path: 'shared/layer.tar', type: '2', linkTo: '../2/layer.tar' },
      ]);
      assert.match(await refusal(circle), /"2\/layer\.tar" is not in it/);
      const wrong = saved((members) =>
        members.map((each) =>
          each.path.endsWith('.json') && each.path !== 'manifest.json'
            ? { ...each, content: Buffer.from('{}') }
            : each,
        ),
      );
      assert.match(await refusal(wrong), /\.json" is damaged/);
    });
  });

  it('leaves nothing behind that is visible when it is interrupted', async () => {
    const controller = new AbortController();
    const bytes = oddTar(layoutOf(multiImage('interrupted'), 'app:1'));
    const path = join(mirror.root, 'archive');
    await writeFile(path, bytes);
    const source = await openSource(path);
    const naming = { hosts: HOSTS, name: undefined, isOwn: false };
    const options = { store: mirror.store, naming, force: false, room: 1e9, signal: controller.signal };
    const stopped = importArchive(source, options, (event) => {
      if (event.event === 'progress' && event.step === 'storing') controller.abort();
    });
    await assert.rejects(stopped, { name: 'AbortError' });
    await source.close();
    assert.equal(await mirror.store.repositories.readTag('library/app', '1'), undefined);
    for await (const digest of mirror.store.repositories.revisions('library/app')) assert.fail(digest);
    for await (const { id } of mirror.store.uploads.stale(new Date(Date.now() + 1000))) assert.fail(id);
    assert.deepEqual((await readdir(mirror.root)).sort(), ['archive', 'config', 'registry']);
  });
});

/** An image layout as a program writes it that is not ours. */
function layoutOf(image: AnyImage, name: string): OddMember[] {
  const contents = [...manifestsOf(image), ...blobsOf(image)];
  return [
    indexJson(image.manifest, name),
    ...contents.map(({ digest, bytes }) => ({ path: pathOf(digest), content: bytes })),
  ];
}

function indexJson(root: AnyImage['manifest'], name: string): OddMember {
  const annotations = { 'org.opencontainers.image.ref.name': name };
  const document = { schemaVersion: 2, manifests: [{ ...descriptorOf(root), annotations }] };
  return { path: 'index.json', content: Buffer.from(JSON.stringify(document)) };
}

function pathOf(digest: string): string {
  return `blobs/sha256/${digest.slice('sha256:'.length)}`;
}
