import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { run } from '#src/host/exec.js';
import type { ArchiveEvent } from '#src/images/archive/archive-all.js';
import { archiveKept } from '#src/images/archive/archive-kept.js';
import { wantedImages } from '#src/images/wanted-images.js';
import type { Platform } from '#src/oci/manifest.js';
import { fillStore } from '../../../parts/fill-store.js';
import { buildImage, buildIndex, multiImage, smallImage } from '../../../parts/images.js';
import { randomLayer } from '../../../parts/layers.js';
import { type MirrorFolder, mirrorFolder } from '../../../parts/mirror-folder.js';

const AMD64: Platform = { os: 'linux', architecture: 'amd64' };

describe('archiveKept', () => {
  let mirror: MirrorFolder;
  beforeEach(async () => {
    mirror = await mirrorFolder();
  });
  afterEach(() => mirror.close());

  /** Archives what a list says, and gives what became of each image. */
  async function archive(
    list: string,
    keptFor: readonly Platform[] = [AMD64],
    platforms: readonly string[] = [],
  ): Promise<Record<string, string>> {
    const outcomes: Record<string, string> = {};
    const tell = (event: ArchiveEvent) => {
      if (event.event === 'archived') outcomes[event.image] = event.state;
      if (event.event === 'failed') outcomes[event.image] = event.problem;
    };
    const { images, problems } = wantedImages(list, []);
    assert.deepEqual(problems, []);
    const options = {
      store: mirror.store,
      hosts: { upstreams: new Map([['docker.io', true]]), defaultHost: 'docker.io' },
      folder: mirror.layout.archives,
      compression: 'gzip',
      platforms,
      hostPlatform: 'linux/amd64',
      keep: 1,
      force: false,
      signal: new AbortController().signal,
      keptFor,
    } as const;
    await archiveKept(images, options, tell);
    return outcomes;
  }

  function fill(
    repository: string,
    tag: string,
    image = smallImage(`${repository}:${tag}`, { size: 1_000 }),
  ) {
    return fillStore(mirror.store, image, { repository, tag, upstream: 'docker.io' });
  }

  async function configsIn(file: string): Promise<string> {
    return (await run('tar', ['-tzf', join(mirror.layout.archives, file)])).stdout;
  }

  it('takes the tags that a line selects, of those that are here', async () => {
    for (const tag of ['1.0.0', '1.2.0', '1.10.0', '2.0.0', 'latest']) await fill('library/app', tag);
    assert.deepEqual(await archive('app tags=^1 newest=2\n'), {
      'app:1.10.0': 'written',
      'app:1.2.0': 'written',
    });
    assert.deepEqual(await archive('app:1.2.0\napp tags=/^1/\n'), {
      'app:1.2.0': 'unchanged',
      'app:1.10.0': 'unchanged',
      'app:1.0.0': 'written',
    });
    const none = await archive('app tags=^7\nother tags=^1\n');
    assert.deepEqual(none, {
      app: 'none of its tags that are here is selected',
      other: 'none of its tags that are here is selected',
    });
  });

  it('takes the platforms that an image is kept for, or all of them as the line says', async () => {
    const image = multiImage('kept', { size: 1_000 });
    await fillStore(mirror.store, image, { repository: 'library/kept', tag: '1', upstream: 'docker.io' });
    const [amd64 = '?', arm64 = '?'] = image.images.map(({ config }) => config.digest.slice(7));
    assert.deepEqual(await archive('kept:1\n'), { 'kept:1': 'written' });
    const one = await configsIn('kept_1.tar.gz');
    assert.ok(one.includes(amd64) && !one.includes(arm64));
    assert.deepEqual(await archive('kept:1 platforms=linux/amd64,linux/arm64\n'), { 'kept:1': 'written' });
    const both = await configsIn('kept_1.tar.gz');
    assert.ok(both.includes(amd64) && both.includes(arm64));
    assert.deepEqual(await archive('kept:1\n', [AMD64], ['linux/arm64']), { 'kept:1': 'written' });
    assert.ok(!(await configsIn('kept_1.tar.gz')).includes(amd64));
  });

  it('takes what runs on a platform as engines choose, and an image for one platform as it is', async () => {
    const arm = (variant: string) =>
      buildImage({
        layers: [randomLayer(variant, 100)],
        platform: { os: 'linux', architecture: 'arm', variant },
      });
    const image = buildIndex([arm('v5'), arm('v6')]);
    await fillStore(mirror.store, image, { repository: 'library/arm', tag: '1', upstream: 'docker.io' });
    await fill('library/single', '1');
    const v7: Platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
    assert.deepEqual(await archive('arm:1\nsingle:1\n', [v7]), { 'arm:1': 'written', 'single:1': 'written' });
    const listing = await configsIn('arm_1.tar.gz');
    assert.deepEqual(
      image.images.map(({ config }) => listing.includes(config.digest.slice(7))),
      [false, true],
    );
  });

  it('refuses an image that lacks a platform that it is kept for, and leaves the others alone', async () => {
    const image = multiImage('lacking', { size: 1_000 });
    const origin = { repository: 'library/lacking', tag: '1', upstream: 'docker.io' };
    await fillStore(mirror.store, image, origin, image.images.slice(0, 1));
    const outcomes = await archive('lacking:1 platforms=linux/amd64,linux/arm64\n');
    assert.match(outcomes['lacking:1'] ?? '', /is not whole here: sha256:\S+ of linux\/arm64 is missing/);
    assert.match(
      (await archive('lacking:1 platforms=linux/s390x\n'))['lacking:1'] ?? '',
      /it is not for linux\/s390x/,
    );
    assert.deepEqual(await readdir(mirror.layout.archives), []);
  });
});
