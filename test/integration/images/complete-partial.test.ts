import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Image, multiImage, smallImage } from '../../parts/images.js';
import { RegistryClient } from '../../parts/registry-client.js';
import { addImage, type Updating, updating } from './updating.js';

const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** As a client pulls that gives up after some layers. */
async function pullPart(
  { mirror }: Updating,
  repository: string,
  tag: string,
  part: Partial<Image>,
): Promise<void> {
  const client = new RegistryClient({ url: mirror.url });
  assert.equal((await client.manifest(repository, tag)).status, 200);
  const { manifest, layers = [] } = part;
  if (manifest !== undefined) assert.equal((await client.manifest(repository, manifest.digest)).status, 200);
  for (const { digest } of layers) assert.equal((await client.blob(repository, digest)).status, 200);
}

async function assertWhole(
  { hub, mirror }: Updating,
  repository: string,
  tag: string,
  image: Image,
): Promise<void> {
  hub.on({ plan: { reset: true } });
  const client = new RegistryClient({ url: mirror.url });
  assert.equal((await client.manifest(repository, tag)).status, 200);
  for (const { digest } of [image.config, ...image.layers]) {
    assert.equal((await client.downloadBlob(repository, digest)).digest, digest);
  }
}

describe('images that people pulled in part', () => {
  it(
    'are completed by the update, by digest and for the platform that was pulled; a dry run names them',
    updating(async (scene) => {
      const { hub, run, list, last, forget, asked } = scene;
      const [part, whole] = [multiImage('part'), smallImage('whole')];
      const own = part.images.find(({ platform }) => platform.architecture === ARCHITECTURE) as Image;
      addImage(hub, 'owner/part', '1', part);
      addImage(hub, 'library/whole', '1', whole);
      addImage(hub, 'library/looked', '1', smallImage('looked'));
      await list('whole:1');
      await pullPart(scene, 'ghcr.io/owner/part', '1', {
        manifest: own.manifest,
        layers: own.layers.slice(1),
      });
      await pullPart(scene, 'library/looked', '1', {});
      const dry = await run('update', '--dry-run');
      assert.match(
        dry.out,
        /^whole:1 {2}\(.*\)\nghcr\.io\/owner\/part:1 {2}\(pulled in part, missing 2 blobs, 1\.\d MB\)\n$/,
      );
      assert.deepEqual(
        (await run('update', '--dry-run', '--json')).out
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { missing?: number }).missing),
        [undefined, 2],
      );
      forget();
      const { status, out } = await run('update');
      assert.equal(status, 0);
      assert.match(out, /\nghcr\.io\/owner\/part:1: fetched \d blobs?, /);
      assert.match(out, /1 image fetched \(.*\), 0 unchanged, 1 completed that had been pulled in part\n$/);
      assert.ok(!asked().some((line) => /part\/manifests|looked/.test(line)), 'no tag was asked for');
      assert.deepEqual(
        (await last())?.images.map(({ image, state, partial, platforms }) => [
          image,
          state,
          partial,
          platforms?.[0],
        ]),
        [
          ['whole:1', 'fetched', undefined, { platform: 'any', servable: true, missing: 0, bytes: 0 }],
          [
            'ghcr.io/owner/part:1',
            'fetched',
            true,
            { platform: `linux/${ARCHITECTURE}`, servable: true, missing: 0, bytes: 0 },
          ],
        ],
      );
      assert.match((await run('update')).out, /0 images fetched \(0 B\), 1 unchanged\n$/);
      await assertWhole(scene, 'ghcr.io/owner/part', '1', own);
    }),
  );

  it(
    'that cannot be completed are told, and do not make the update a failure',
    updating(async (scene) => {
      const { hub, run, list, last } = scene;
      const image = smallImage('part');
      addImage(hub, 'library/part', '1', image);
      await list();
      await pullPart(scene, 'library/part', '1', { layers: image.layers.slice(1) });
      hub.on({ path: /blobs/, plan: { status: 404 } });
      const { status, out } = await run('update');
      assert.equal(status, 0);
      assert.match(
        out,
        /docker\.io\/library\/part:1: failed: .*; servable offline: no, missing 2 blobs \(1\.\d MB\)\n/,
      );
      assert.match(out, /1 pulled in part and not completed\n$/);
      const record = await last();
      assert.deepEqual([record?.result, record?.images[0]?.state], ['done', 'failed']);
    }),
  );

  it(
    'are left alone when the settings say so',
    updating(
      async (scene) => {
        const { hub, run, list, forget, asked } = scene;
        const image = smallImage('part');
        addImage(hub, 'library/part', '1', image);
        await list();
        await pullPart(scene, 'library/part', '1', { layers: image.layers.slice(1) });
        forget();
        assert.equal((await run('update', '--dry-run')).out, 'No images are to be kept ready.\n');
        assert.equal((await run('update')).status, 0);
        assert.deepEqual(asked(), []);
      },
      {
        settings:
          '# CONFIG_DOCKER_MIRROR_PRELOAD_IMAGES is not set\n# CONFIG_DOCKER_MIRROR_COMPLETE_PARTIAL is not set\n',
      },
    ),
  );
});
