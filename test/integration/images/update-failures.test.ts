import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { blobData } from '#src/store/layout.js';
import { buildImage, type Image, multiImage, smallImage } from '../../parts/images.js';
import { randomLayer } from '../../parts/layers.js';
import { MAIN, startMirror } from '../../parts/mirror.js';
import { lacking } from '../../parts/needs.js';
import { RegistryClient } from '../../parts/registry-client.js';
import { addImage, type Updating, updating } from './updating.js';

const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';
const PLATFORM = { os: 'linux', architecture: ARCHITECTURE };
const NOBODY = 65_534;

function large(seed: string): Image {
  return buildImage({
    layers: [randomLayer(seed, 3_000_000), randomLayer(`${seed}-2`, 1_000)],
    platform: PLATFORM,
  });
}

async function platformsOf({ last }: Updating) {
  return (await last())?.images[0]?.platforms;
}

describe('an image that is changing', () => {
  it(
    'stays what it was until the new one is here as a whole, and the record says what is servable',
    updating(async (scene) => {
      const { hub, run, list, last, mirror } = scene;
      const [before, after] = [large('before'), large('after')];
      addImage(hub, 'library/a', '1', before);
      await list('a:1');
      assert.equal((await run('update')).status, 0);
      assert.deepEqual(await platformsOf(scene), [{ platform: 'any', servable: true, missing: 0, bytes: 0 }]);
      addImage(hub, 'library/a', '1', after);
      const lost = after.layers[0];
      hub.on({ path: new RegExp(`blobs/${lost?.digest}`), plan: { status: 404 } });
      const { status, out } = await run('update');
      assert.equal(status, 2);
      assert.match(out, /\na:1: failed: .*; servable offline: yes\n/);
      assert.equal((await last())?.images[0]?.digest, after.manifest.digest);
      const client = new RegistryClient({ url: mirror.url });
      const held = async () =>
        (await client.manifest('library/a', '1', { headers: { 'cache-control': 'only-if-cached' } })).header(
          'docker-content-digest',
        );
      assert.equal(await held(), before.manifest.digest);
      hub.behave();
      const second = await run('update');
      // Everything else of it came the first time.
      assert.match(second.out, /\na:1: fetched 1 blob, 3\.0 MB\n/);
      assert.equal(await held(), after.manifest.digest);
    }),
  );

  it(
    'and was never whole is named with what is missing of it',
    updating(async (scene) => {
      const { hub, run, list } = scene;
      const image = large('a');
      addImage(hub, 'library/a', '1', image);
      const lost = image.layers[0];
      hub.on({ path: new RegExp(`blobs/${lost?.digest}`), method: 'GET', plan: { status: 404 } });
      await list('a:1', 'gone:1');
      const { status, out } = await run('update');
      assert.equal(status, 2);
      assert.match(out, /\na:1: failed: .*; servable offline: no, missing 1 blob\n/);
      assert.match(out, /\ngone:1: failed: .*; servable offline: no, missing 1 blob\n/);
    }),
  );

  it(
    'and is not made for one of the platforms is fetched for the others, and has failed',
    updating(async (scene) => {
      const { hub, run, list, last } = scene;
      const image = multiImage('m');
      addImage(hub, 'library/m', '1', image);
      await list('m:1 platforms=linux/amd64,linux/s390x');
      const { status } = await run('update');
      assert.equal(status, 2);
      assert.match((await last())?.images[0]?.problem ?? '', /^it is not made for linux\/s390x, only for/);
      assert.deepEqual(
        (await platformsOf(scene))?.map(({ platform, servable }) => [platform, servable]),
        [
          ['linux/amd64', true],
          ['linux/s390x', false],
        ],
      );
    }),
  );
});

describe('what an upstream may do to an update', () => {
  it(
    'breaking off for good in one blob leaves the rest done; the next update takes it up where it was',
    updating(async (scene) => {
      const { hub, run, list, forget } = scene;
      const [a, b] = [large('a'), large('b')];
      addImage(hub, 'library/a', '1', a);
      addImage(hub, 'library/b', '1', b);
      const cut = a.layers[0];
      hub.on({
        path: new RegExp(`blobs/${cut?.digest}`),
        times: 1,
        method: 'GET',
        plan: { cutAfter: 1_000_000 },
      });
      hub.on({
        path: new RegExp(`blobs/${cut?.digest}`),
        method: 'GET',
        when: ({ headers }) => headers.range !== undefined,
        plan: { status: 404 },
      });
      await list('a:1', 'b:1');
      const { status, out } = await run('update');
      assert.equal(status, 1);
      assert.match(out, /\na:1: failed: /);
      assert.match(out, /\nb:1: fetched 3 blobs/);
      hub.behave();
      forget();
      assert.equal((await run('update')).status, 0);
      const sent = hub.requests.filter(({ path }) => path.includes(cut?.digest ?? '?'));
      assert.ok(
        sent.every(({ headers }) => headers.range !== undefined),
        'it went on where it was',
      );
    }),
  );

  it(
    'telling no size of a blob, or another one than the manifest does',
    updating(async (scene) => {
      const { hub, run, list, last } = scene;
      const [chunked, lying] = [large('chunked'), large('lying')];
      addImage(hub, 'library/chunked', '1', chunked);
      hub.on({ path: /library\/chunked\/blobs/, plan: { chunked: true } });
      const manifest = JSON.parse(lying.manifest.bytes.toString()) as { layers: { size: number }[] };
      const [first] = manifest.layers;
      if (first !== undefined) first.size += 5;
      for (const { bytes } of [lying.config, ...lying.layers]) hub.library.addBlob('library/lying', bytes);
      hub.library.addManifest('library/lying', manifest, '1');
      await list('chunked:1', 'lying:1');
      const { status } = await run('update');
      assert.equal(status, 1);
      const [whole, other] = (await last())?.images ?? [];
      assert.equal(whole?.state, 'fetched');
      const size = lying.layers[0]?.bytes.length ?? 0;
      assert.match(other?.problem ?? '', new RegExp(`has ${size} bytes, and its manifest says ${size + 5}`));
    }),
  );
});

describe('what is on the disk', () => {
  it(
    'and was cut short there is fetched again',
    updating(async (scene) => {
      const { hub, run, list, layout } = scene;
      const image = large('a');
      addImage(hub, 'library/a', '1', image);
      await list('a:1');
      assert.equal((await run('update')).status, 0);
      const path = join(layout.registry, blobData(image.layers[0]?.digest ?? image.manifest.digest));
      for (const size of [1_000_000, 10, 0]) {
        await truncate(path, size);
        const { status, out } = await run('update');
        assert.equal(status, 0, out);
        assert.match(out, /\na:1: fetched 1 blob, 3\.0 MB\n/);
        assert.equal((await stat(path)).size, image.layers[0]?.bytes.length);
      }
    }),
  );

  it(
    'and may not be read by who updates is asked of the mirror',
    { skip: lacking({ root: true }) },
    updating(async ({ hub, list, layout, env, asked, forget }) => {
      addImage(hub, 'library/a', '1', smallImage('a'));
      await list('a:1');
      for (const folder of [layout.run, layout.logs]) await chown(folder, NOBODY, NOBODY);
      await chmod(join(layout.root, '..'), 0o755);
      await chmod(layout.registry, 0o700);
      const update = () =>
        new Promise<{ status: unknown; out: string; err: string }>((resolve) => {
          const args = [MAIN, 'update', '--path', layout.root];
          execFile(process.execPath, args, { env, cwd: '/', uid: NOBODY, gid: NOBODY }, (error, out, err) =>
            resolve({ status: error?.code ?? 0, out, err }),
          );
        });
      const first = await update();
      assert.deepEqual([first.status, /a:1: fetched 3 blobs/.test(first.out)], [0, true], first.out);
      assert.match(first.err, /^warning: .*EACCES.*\n(hint: .*\n)?$/, 'told once');
      forget();
      const second = await update();
      assert.match(second.out, /a:1: unchanged\n/);
      assert.deepEqual(asked(), ['HEAD /v2/library/a/manifests/1']);
      assert.ok((await readdir(layout.run)).includes('attached.json'));
    }),
  );

  it(
    'that asks nobody is no failure: what is here is told, and what is not',
    updating(async ({ hub, list, layout, mirror, parts, run, asked, forget }) => {
      addImage(hub, 'library/a', '1', smallImage('a'));
      addImage(hub, 'owner/app', '1.0', smallImage('app'));
      await list('a:1', 'ghcr.io/owner/app tags=/^1/');
      assert.equal((await run('update')).status, 0);
      forget();
      await list('a:1', 'ghcr.io/owner/app tags=/^1/', 'gone:1', 'owner/other tags=/1/');
      await mirror.close();
      const { endpoint } = hub;
      const upstreams = ['docker.io', 'ghcr.io'].map((host) => ({ host, endpoint: endpoint.href }));
      const options = { rootDirectory: layout.registry, images: layout.manifest, upstreams, offline: true };
      await copyFile(parts.add(await startMirror(options)).config, layout.config);
      const { status, out } = await run('update');
      assert.equal(status, 0, out);
      assert.match(out, /^The mirror is offline, and asks nobody\. Looking at what it has of 3 images\n/);
      assert.match(out, /\na:1: unchanged\n/);
      assert.match(out, /\nghcr\.io\/owner\/app:1\.0: unchanged\n/);
      assert.match(out, /\ngone:1: unchanged; servable offline: no/);
      assert.deepEqual(asked(), []);
    }),
  );

  it(
    'and is somebody else’s than root’s, who updates, is left with nothing of root’s in it',
    { skip: lacking({ root: true }) },
    updating(async ({ hub, list, layout, env, run, last }) => {
      addImage(hub, 'library/a', '1', smallImage('a'));
      await list('a:1');
      // Only root may read its settings, and a folder on the way to them.
      await chmod(env['KCONFIG_CONFIG'] ?? '', 0o600);
      await chmod(join(layout.root, '..'), 0o711);
      for (const folder of [layout.run, layout.logs, layout.images]) await chown(folder, NOBODY, NOBODY);
      for (const words of [['update'], ['update', '--scheduled']]) {
        const { status, out, err } = await run(...words);
        assert.deepEqual([status, err], [0, ''], out);
      }
      assert.equal((await last())?.result, 'done');
      for (const folder of [layout.run, layout.logs]) {
        // What the mirror itself writes is written by root here, which runs it.
        const names = (await readdir(folder)).filter((name) => name !== 'upstreams.json');
        assert.ok(names.length > 0);
        for (const name of names) assert.equal((await stat(join(folder, name))).uid, NOBODY, name);
      }
    }),
  );
});
