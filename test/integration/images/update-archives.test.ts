import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { run as runProgram } from '#src/host/exec.js';
import type { UpdateEvent } from '#src/images/update-event.js';
import { type AnyImage, buildImage, multiImage, smallImage } from '../../parts/images.js';
import { randomLayer } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import { addImage, logOf, type Updating, updating } from './updating.js';

const OFF = 'CONFIG_DOCKER_MIRROR_PORT=5999\n# CONFIG_DOCKER_MIRROR_PRELOAD_IMAGES is not set\n';
const ON = `${OFF}CONFIG_DOCKER_MIRROR_ARCHIVE=y\n`;

function files({ layout }: Updating): Promise<string[]> {
  return readdir(layout.archives).then((names) => names.filter((name) => !name.endsWith('.sha256')).sort());
}

function content({ layout }: Updating, file: string): Promise<Buffer> {
  return readFile(join(layout.archives, file));
}

/** What an archive holds of an image with several: for each, whether its config is in it. */
async function platformsIn({ layout }: Updating, file: string, image: AnyImage): Promise<boolean[]> {
  const { stdout } = await runProgram('tar', ['-tzf', join(layout.archives, file)]);
  const images = 'images' in image ? image.images : [image];
  return images.map(({ config }) => stdout.includes(config.digest.slice('sha256:'.length)));
}

describe('archives after an update', () => {
  it(
    'are those of every image that is kept, written when it has changed',
    updating(
      async (scene) => {
        const { hub, run, list, last } = scene;
        addImage(hub, 'library/a', '1', smallImage('a'));
        addImage(hub, 'owner/b', '1', smallImage('b'));
        await list('a:1', 'ghcr.io/owner/b:1');
        const first = await run('update');
        assert.deepEqual([first.status, first.err], [0, '']);
        assert.match(first.out, /\nArchiving 2 images into \S+\/images\/archives\n/);
        assert.match(first.out, /\na:1: archive written: \S+\/a_1\.tar\.gz, [\d.]+ MB\n/);
        assert.match(first.out, /\nDone in .* 0 unchanged; archives: 2 written, 0 unchanged\n$/);
        assert.deepEqual(await files(scene), ['a_1.tar.gz', 'ghcr.io_owner_b_1.tar.gz']);
        await runProgram('sha256sum', ['--check', 'a_1.tar.gz.sha256'], { cwd: scene.layout.archives });
        const record = await last();
        assert.deepEqual(
          record?.archives?.map(({ image, state, problem }) => [image, state, problem]),
          [
            ['a:1', 'written', null],
            ['ghcr.io/owner/b:1', 'written', null],
          ],
        );
        assert.equal(record?.archives?.[0]?.bytes, (await content(scene, 'a_1.tar.gz')).length);
        assert.match(await logOf(record), /Z a:1: archive written: /);

        const before = await content(scene, 'a_1.tar.gz');
        addImage(hub, 'owner/b', '1', smallImage('changed'));
        const events = (await run('update', '--json')).out
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as UpdateEvent);
        const states = events.flatMap((event) => (event.event === 'archive' ? [event.state] : []));
        assert.deepEqual(states, ['unchanged', 'written']);
        assert.ok(!events.some(({ event }) => event === 'packing'));
        const ended = events.at(-1);
        assert.ok(ended?.event === 'ended');
        assert.deepEqual(ended.archives, { written: 1, unchanged: 1, failed: 0 });
        assert.ok((await content(scene, 'a_1.tar.gz')).equals(before));

        // An archive of an image that is not kept any more is nobody's but the user's.
        await list('a:1');
        assert.equal((await run('update')).status, 0);
        assert.deepEqual(await files(scene), ['a_1.tar.gz', 'ghcr.io_owner_b_1.tar.gz']);
      },
      { settings: ON },
    ),
  );

  it(
    'are only those whose lines ask for it, where the settings do not',
    updating(async (scene) => {
      addImage(scene.hub, 'library/a', '1', smallImage('a'));
      addImage(scene.hub, 'library/b', '1', smallImage('b'));
      await scene.list('a:1', 'b:1 archive');
      assert.match((await scene.run('update')).out, /archives: 1 written/);
      assert.deepEqual(await files(scene), ['b_1.tar.gz']);
      await scene.list('a:1', 'b:1');
      await rm(scene.layout.archives, { recursive: true });
      const { out } = await scene.run('update');
      assert.ok(!out.includes('archive'), out);
      await assert.rejects(files(scene), { code: 'ENOENT' });
      assert.equal((await scene.last())?.archives, undefined);
    }),
  );

  it(
    'hold the platforms that the line names, and the same when asked for by hand',
    updating(
      async (scene) => {
        const [both, own] = [multiImage('both'), multiImage('own')];
        addImage(scene.hub, 'library/both', '1', both);
        addImage(scene.hub, 'library/own', '1', own);
        addImage(scene.hub, 'library/single', '1', smallImage('single'));
        await scene.list('both:1 platforms=linux/amd64,linux/arm64', 'own:1', 'single:1');
        const options = ['--platform', 'linux/amd64,linux/arm64'];
        assert.equal((await scene.run('pull', ...options, 'own:1', 'both:1')).status, 0);
        const { status, out } = await scene.run('update');
        assert.equal(status, 0, out);
        const isOwn = own.images.map(({ platform }) => platform.architecture === hostArchitecture());
        assert.deepEqual(await platformsIn(scene, 'both_1.tar.gz', both), [true, true]);
        assert.deepEqual(await platformsIn(scene, 'own_1.tar.gz', own), isOwn, 'only what is kept');
        assert.match((await scene.run('archive', '--all')).out, /\n0 written, 3 unchanged\n$/);
      },
      { settings: ON },
    ),
  );

  it(
    'of an image that is not whole are not written, and the old one stays',
    updating(
      async (scene) => {
        const { hub, run, list, last } = scene;
        addImage(hub, 'library/a', '1', smallImage('a'));
        addImage(hub, 'library/well', '1', smallImage('well'));
        await list('a:1', 'well:1');
        await run('update');
        const before = await content(scene, 'a_1.tar.gz');
        const layer = randomLayer('lost', 1_000);
        addImage(hub, 'library/a', '1', buildImage({ layers: [layer], platform: hostPlatform() }));
        hub.on({ path: new RegExp(layer.digest), plan: { status: 404 } });
        await rm(join(scene.layout.archives, 'well_1.tar.gz'));
        const { status, out } = await run('update');
        assert.equal(status, 1);
        assert.ok((await content(scene, 'a_1.tar.gz')).equals(before));
        assert.deepEqual(await files(scene), ['a_1.tar.gz', 'well_1.tar.gz']);
        const record = await last();
        assert.equal(record?.result, 'partly');
        const [a, well] = record.archives ?? [];
        assert.equal(well?.state, 'written', out);
        // Whether the tag has moved or not: what is not whole is named, and what is whole is as it was.
        assert.ok(a?.state === 'failed' ? a.problem?.includes(layer.digest) : a?.state === 'unchanged', out);
      },
      { settings: ON },
    ),
  );

  it(
    'that fail are counted, though every image is up to date',
    updating(
      async (scene) => {
        addImage(scene.hub, 'library/a', '1', smallImage('a'));
        await scene.list('a:1');
        await writeFile(scene.layout.archives, 'no folder');
        const { status, out } = await scene.run('update');
        assert.equal(status, 1);
        assert.match(out, /every image: archive failed: .*archives/);
        assert.match(out, /Done in part in .*; archives: 0 written, 0 unchanged, 1 failed\n$/);
        const record = await scene.last();
        assert.equal(record?.result, 'partly');
        assert.equal(record.images[0]?.state, 'fetched');
        assert.equal(record.archives?.[0]?.state, 'failed');
      },
      { settings: ON },
    ),
  );

  it(
    'are not begun by an update that was interrupted, and stay when they are',
    updating(
      async (scene) => {
        const { hub, begin, list, last, layout } = scene;
        const layers = [randomLayer('slow', 3_000_000)];
        addImage(hub, 'library/slow', '1', buildImage({ layers, platform: hostPlatform() }));
        hub.on({ path: new RegExp(layers[0]?.digest ?? ''), plan: { stallAfter: 100_000 } });
        await list('slow:1');
        await mkdir(layout.archives, { recursive: true });
        const daemon = await begin();
        await waitFor(() => hub.requests.some(({ path }) => path.includes(layers[0]?.digest ?? '?')), {
          what: 'the blob is asked for',
        });
        await daemon.close();
        const record = await last();
        assert.equal(record?.result, 'interrupted');
        assert.equal(record.archives, undefined);
        assert.deepEqual(await readdir(layout.archives), []);
      },
      { settings: ON },
    ),
  );
});

function hostArchitecture(): string {
  return process.arch === 'arm64' ? 'arm64' : 'amd64';
}

function hostPlatform() {
  return { os: 'linux', architecture: hostArchitecture() };
}
