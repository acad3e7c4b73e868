import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { run } from '#src/host/exec.js';
import { type ArchiveEvent, archiveAll } from '#src/images/archive/archive-all.js';
import type { ArchiveOptions } from '#src/images/archive/archive-image.js';
import { blobData } from '#src/store/layout.js';
import { fillStore } from '../../../parts/fill-store.js';
import { type AnyImage, multiImage, smallImage } from '../../../parts/images.js';
import { type MirrorFolder, mirrorFolder } from '../../../parts/mirror-folder.js';

const HUB = { tag: '1', upstream: 'docker.io' };

describe('archiveAll', () => {
  let mirror: MirrorFolder;
  beforeEach(async () => {
    mirror = await mirrorFolder();
  });
  afterEach(() => mirror.close());

  function options(changes: Partial<ArchiveOptions> = {}): ArchiveOptions {
    return {
      store: mirror.store,
      hosts: { upstreams: new Map([['docker.io', true]]), defaultHost: 'docker.io' },
      folder: mirror.layout.archives,
      compression: 'gzip',
      platforms: [],
      hostPlatform: 'linux/amd64',
      keep: 1,
      force: false,
      signal: new AbortController().signal,
      ...changes,
    };
  }

  /** Archives, and gives everything that was told but progress. */
  async function archive(
    images: readonly string[],
    changes: Partial<ArchiveOptions> = {},
  ): Promise<ArchiveEvent[]> {
    const events: ArchiveEvent[] = [];
    const requests = images.map((image) => ({ image }));
    await archiveAll(requests, options(changes), (event) => events.push(event));
    return events.filter(({ event }) => event !== 'progress');
  }

  /** The one event about an image. */
  async function archiveOne(image: string, changes: Partial<ArchiveOptions> = {}): Promise<ArchiveEvent> {
    const [event] = (await archive([image], changes)).filter((each) => 'image' in each);
    assert.ok(event !== undefined);
    return event;
  }

  function fill(image: AnyImage, repository: string): Promise<void> {
    return fillStore(mirror.store, image, { ...HUB, repository });
  }

  function files(): Promise<string[]> {
    return readdir(mirror.layout.archives).then((names) => names.sort());
  }

  function read(file: string): Promise<Buffer> {
    return readFile(join(mirror.layout.archives, file));
  }

  it('writes the same bytes each time, and a checksum that sha256sum accepts', async () => {
    await fill(multiImage('same'), 'library/same');
    const unpacked: Buffer[] = [];
    for (const [compression, file] of [
      ['gzip', 'same_1.tar.gz'],
      ['zstd', 'same_1.tar.zst'],
      ['none', 'same_1.tar'],
    ] as const) {
      await archive(['same:1'], { compression });
      const first = await read(file);
      const event = await archiveOne('same:1', { compression, force: true });
      assert.equal(event.event === 'archived' && event.state, 'written');
      assert.ok((await read(file)).equals(first), compression);
      await run('sha256sum', ['--check', `${file}.sha256`], { cwd: mirror.layout.archives });
      assert.deepEqual(await files(), [file, `${file}.sha256`], 'the one of another compression is gone');
      if (compression !== 'zstd') unpacked.push(compression === 'gzip' ? gunzipSync(first) : first);
    }
    assert.ok(unpacked[0]?.equals(unpacked[1] ?? Buffer.alloc(0)));
  });

  it('leaves what is unchanged alone, and writes it anew when the tag has moved', async () => {
    await fill(smallImage('before'), 'library/app');
    await archive(['app:1']);
    const before = await read('app_1.tar.gz');
    assert.equal(stateOf(await archiveOne('app:1')), 'unchanged');
    await fill(smallImage('after'), 'library/app');
    assert.equal(stateOf(await archiveOne('app:1')), 'written');
    assert.ok(!(await read('app_1.tar.gz')).equals(before));
  });

  it('keeps as many as are asked for, each with its checksum, the newest ones', async () => {
    for (const label of ['a', 'b', 'c']) {
      await fill(smallImage(label, { size: 1000 }), 'library/app');
      await archive(['app:1'], { keep: 2 });
    }
    const names = await files();
    assert.equal(names.length, 4, names.join(' '));
    assert.match(names[2] ?? '', /^app_1~\d{8}-\d{6}\.tar\.gz$/);
    for (const name of names.filter((each) => each.endsWith('.sha256'))) {
      await run('sha256sum', ['--check', name], { cwd: mirror.layout.archives });
    }
    await archive(['app:1'], { keep: 1 });
    assert.deepEqual(await files(), ['app_1.tar.gz', 'app_1.tar.gz.sha256']);
  });

  it('names a missing layer and a damaged one, leaves the old archive, and goes on with the others', async () => {
    const image = smallImage('hurt');
    const digest = image.layers[1]?.digest ?? image.config.digest;
    await fill(image, 'library/hurt');
    await fill(smallImage('well'), 'library/well');
    await archive(['hurt:1']);
    const before = await read('hurt_1.tar.gz');
    const path = join(mirror.layout.registry, blobData(digest));
    const bytes = await readFile(path);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const events = await archive(['hurt:1', 'well:1'], { force: true });
    assert.deepEqual(events.at(-1), { event: 'ended', written: 1, unchanged: 0, failed: 1 });
    assert.match(problemOf(events[1]), new RegExp(`${digest} is damaged`));
    await mirror.store.blobs.remove(digest);
    assert.match(problemOf(await archiveOne('hurt:1')), new RegExp(`not whole here: ${digest} is missing`));
    assert.ok((await read('hurt_1.tar.gz')).equals(before));
    assert.deepEqual(
      (await files()).filter((name) => name.includes('tmp') || name.includes('lock')),
      [],
    );
  });

  it('says what is not here, and what a wrong name is', async () => {
    assert.match(problemOf(await archiveOne('absent:1')), /it is not here/);
    assert.match(problemOf(await archiveOne('Not A Name')), /is not an image reference/);
  });

  it('takes the platforms that are here, or those that are asked for', async () => {
    const image = multiImage('platforms');
    await fillStore(mirror.store, image, { ...HUB, repository: 'library/part' }, image.images.slice(0, 1));
    const event = await archiveOne('part:1');
    assert.deepEqual(event.event === 'archived' && event.absent, ['linux/arm64']);
    const missing = problemOf(await archiveOne('part:1', { platforms: ['linux/arm64'] }));
    assert.match(missing, /of linux\/arm64 is missing/);
    assert.match(
      problemOf(await archiveOne('part:1', { platforms: ['linux/s390x'] })),
      /not for linux\/s390x/,
    );
    await fill(image, 'library/whole');
    const one = await archiveOne('whole:1', { platforms: ['linux/arm64'] });
    assert.deepEqual(one.event === 'archived' && one.absent, ['linux/amd64']);
    const [amd64, arm64] = image.images.map(({ config }) => config.digest.slice(7));
    const { stdout } = await run('tar', ['-tzf', join(mirror.layout.archives, 'whole_1.tar.gz')]);
    assert.ok(stdout.includes(arm64 ?? '?') && !stdout.includes(amd64 ?? '?'));
  });

  it('refuses two images whose archive would be one file, of one run and of two', async () => {
    await fill(smallImage('one'), 'a/b');
    await fill(smallImage('two'), 'library/a_b');
    const events = await archive(['a/b:1', 'a_b:1']);
    assert.match(problemOf(events[2]), /its archive would be that of a\/b:1/);
    assert.match(problemOf(await archiveOne('a_b:1')), /is the archive of docker\.io\/a\/b:1/);
  });

  it('removes what a killed run left, and writes the checksum that it did not get to', async () => {
    await fill(smallImage('left'), 'library/left');
    await archive(['left:1']);
    const sum = await read('left_1.tar.gz.sha256');
    await run('rm', [join(mirror.layout.archives, 'left_1.tar.gz.sha256')]);
    await writeFile(join(mirror.layout.archives, 'left_1.tar.gz.0123456789ab.tmp'), 'half of it');
    await writeFile(join(mirror.layout.archives, 'notes.tmp'), "somebody's");
    assert.equal(stateOf(await archiveOne('left:1')), 'unchanged');
    assert.ok((await read('left_1.tar.gz.sha256')).equals(sum));
    assert.deepEqual(await files(), ['left_1.tar.gz', 'left_1.tar.gz.sha256', 'notes.tmp']);
  });

  it('does no harm twice at once', async () => {
    await fill(multiImage('twice', { size: 2_000_000 }), 'library/twice');
    const both = await Promise.all([archiveOne('twice:1'), archiveOne('twice:1', { force: true })]);
    assert.deepEqual(
      both.map((event) => event.event),
      ['archived', 'archived'],
    );
    assert.deepEqual(await files(), ['twice_1.tar.gz', 'twice_1.tar.gz.sha256']);
    const hex = createHash('sha256')
      .update(await read('twice_1.tar.gz'))
      .digest('hex');
    assert.equal((await read('twice_1.tar.gz.sha256')).toString(), `${hex}  twice_1.tar.gz\n`);
  });

  it('leaves the old archive when it is interrupted', async () => {
    await fill(smallImage('stopped', { size: 3_000_000 }), 'library/stopped');
    await archive(['stopped:1']);
    const before = await read('stopped_1.tar.gz');
    const controller = new AbortController();
    const stopped = archiveAll(
      [{ image: 'stopped:1' }],
      options({ force: true, signal: controller.signal }),
      ({ event }) => {
        if (event === 'progress') controller.abort();
      },
    );
    await assert.rejects(stopped, { name: 'AbortError' });
    assert.ok((await read('stopped_1.tar.gz')).equals(before));
    assert.deepEqual(await files(), ['stopped_1.tar.gz', 'stopped_1.tar.gz.sha256']);
  });

  it('says so where nothing can be written', async () => {
    await fill(smallImage('nowhere'), 'library/nowhere');
    const folder = join(mirror.root, 'file', 'below');
    await mkdir(mirror.layout.images, { recursive: true });
    await writeFile(join(mirror.root, 'file'), '');
    await assert.rejects(archive(['nowhere:1'], { folder }), { code: 'FILE_FAILED' });
  });
});

function stateOf(event: ArchiveEvent): string {
  return event.event === 'archived' ? event.state : JSON.stringify(event);
}

function problemOf(event: ArchiveEvent | undefined): string {
  return event?.event === 'failed' ? `${event.problem}\n${event.hint}` : JSON.stringify(event);
}
