import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildImage, type Image } from '../../parts/images.js';
import { randomLayer } from '../../parts/layers.js';
import { addImage, updating } from './updating.js';

const PLATFORM = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' };

function tiny(seed: string): Image {
  return buildImage({ layers: [randomLayer(seed, 100)], platform: PLATFORM });
}

describe('lines that select tags', () => {
  it(
    'become an image for each tag that the upstream has, and a tag that goes is not missed',
    updating(async ({ hub, run, list, last, forget, asked }) => {
      for (const tag of ['1.0', '1.1', '1.2', '2.0', 'latest']) addImage(hub, 'owner/app', tag, tiny(tag));
      await list('ghcr.io/owner/app tags=/^1\\./ newest=2', 'ghcr.io/owner/app:1.2 archive');
      const { status, out } = await run('update');
      assert.equal(status, 0);
      assert.match(out, /^Looking up 2 images\n/);
      const names = async () => (await last())?.images.map(({ image, state }) => `${image} ${state}`);
      assert.deepEqual(await names(), ['ghcr.io/owner/app:1.1 fetched', 'ghcr.io/owner/app:1.2 fetched']);

      addImage(hub, 'owner/app', '1.3', tiny('1.3'));
      forget();
      assert.equal((await run('update')).status, 0);
      assert.deepEqual(await names(), ['ghcr.io/owner/app:1.3 fetched', 'ghcr.io/owner/app:1.2 unchanged']);
      assert.deepEqual(
        asked()
          .filter((line) => line.startsWith('HEAD') && !line.includes('sha256-'))
          .sort(),
        [
          'HEAD /v2/owner/app/manifests/1.2',
          'HEAD /v2/owner/app/manifests/1.3',
          'HEAD /v2/owner/app/manifests/1.3',
        ],
      );
    }),
  );

  it(
    'fail by themselves: none selected, too many, no such repository, an upstream that does not answer',
    updating(async ({ hub, run, list, last }) => {
      // More than a page.
      const only = tiny('only');
      for (let i = 0; i < 1_250; i += 1) addImage(hub, 'library/many', `v${i}`, only);
      addImage(hub, 'library/few', '1', only);
      await list(
        'many tags=/^v/',
        'few tags=/^v/',
        'none tags=/./',
        'many:v7',
        'ghcr.io/owner/down tags=/./',
      );
      hub.on({ path: /owner\/down/, plan: { status: 503 } });
      const { status } = await run('update');
      assert.equal(status, 1);
      const problems = new Map((await last())?.images.map(({ image, problem }) => [image, problem]));
      assert.match(
        problems.get('many') ?? '',
        /^1250 of its tags are selected, more than 200: add newest=N to its line/,
      );
      assert.match(problems.get('few') ?? '', /^none of its 1 tags is selected: change tags= in its line/);
      assert.match(problems.get('none') ?? '', /none/);
      assert.match(problems.get('ghcr.io/owner/down') ?? '', /./);
      assert.equal(problems.get('many:v7'), null);

      await list('many tags=/^v/ newest=3');
      assert.equal((await run('update')).status, 0);
      assert.deepEqual((await last())?.images.map(({ image }) => image).sort(), [
        'many:v1247',
        'many:v1248',
        'many:v1249',
      ]);
      // What is here of it is no answer to what there is.
      hub.on({ path: /tags\/list/, plan: { status: 503 } });
      assert.equal((await run('update')).status, 2);
      assert.match(
        (await last())?.images[0]?.problem ?? '',
        /docker\.io could not be asked for its tags; what was fetched earlier stays/,
      );
    }),
  );
});

describe('pinned images', () => {
  it(
    'are completed by digest, and nobody is asked what their tags stand for',
    updating(async ({ hub, run, list, last, forget, asked }) => {
      const [one, two] = [tiny('one'), tiny('two')];
      addImage(hub, 'library/p', '1', one);
      addImage(hub, 'library/q', '1', one);
      await list(`p:1 pin=${one.manifest.digest}`, 'q:1 pin');
      assert.equal((await run('update')).status, 0);
      assert.deepEqual(
        (await last())?.images.map(({ state, digest }) => [state, digest]),
        [
          ['fetched', one.manifest.digest],
          ['fetched', one.manifest.digest],
        ],
      );
      assert.ok(!asked().includes('HEAD /v2/library/p/manifests/1'));
      addImage(hub, 'library/p', '1', two);
      addImage(hub, 'library/q', '1', two);
      forget();
      assert.equal((await run('update')).status, 0);
      assert.deepEqual(asked(), []);
      assert.deepEqual(
        (await last())?.images.map(({ state, digest }) => [state, digest]),
        [
          ['unchanged', one.manifest.digest],
          ['unchanged', one.manifest.digest],
        ],
      );
    }),
  );
});
