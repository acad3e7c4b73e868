import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomBytesOf, sha256 } from '../../parts/layers.js';
import { CONFIG, imageOf, pushBlob, pushImage } from './pushing.js';
import { type Scene, scene, untilStored } from './scene.js';

const BLOB = randomBytesOf('mounts', 100_000);
const DIGEST = sha256(BLOB);

describe('a blob is mounted', () => {
  it(
    'from the repository that is named',
    scene(async ({ mirror }) => {
      await pushBlob(mirror, 'mine/one', BLOB);
      const answer = await mount({ mirror }, 'mine/two', '&from=mine/one');
      assert.equal(answer.status, 201);
      assert.equal(answer.header('docker-content-digest'), DIGEST);
      assert.equal(answer.header('location'), `${mirror.url}/v2/mine/two/blobs/${DIGEST}`);
      assert.deepEqual((await mirror.send(`/v2/mine/two/blobs/${DIGEST}`)).body, BLOB);
    }),
  );

  it(
    'from whichever pushed repository has it, when none is named',
    scene(async ({ mirror }) => {
      await pushImage(mirror, 'mine/one', 'v1', [BLOB]);
      assert.equal((await mount({ mirror }, 'mine/two')).status, 201);
      assert.equal(await mirror.store.repositories.hasLayer('mine/two', DIGEST), true);
    }),
  );
});

describe('a mount becomes an upload', () => {
  const cases: Record<string, { from: string; before(scene: Scene): Promise<unknown> }> = {
    'when nobody has the blob': { from: '', before: async () => undefined },
    'when the named repository does not have it': {
      from: '&from=mine/other',
      before: ({ mirror }) => pushImage(mirror, 'mine/one', 'v1', [BLOB]),
    },
    'when the name is none': {
      from: '&from=../mine/one',
      before: ({ mirror }) => pushImage(mirror, 'mine/one', 'v1', [BLOB]),
    },
  };
  for (const [what, { from, before }] of Object.entries(cases)) {
    it(
      what,
      scene(async (given) => {
        await before(given);
        const answer = await mount(given, 'mine/two', from);
        assert.equal(answer.status, 202);
        const path = new URL(answer.header('location') ?? '').pathname;
        const done = await given.mirror.send(`${path}?digest=${DIGEST}`, { method: 'PUT', body: BLOB });
        assert.equal(done.status, 201);
      }),
    );
  }

  it(
    'when only a repository of an upstream has it: what it holds is no other name’s business',
    scene(async (given) => {
      const { mirror, hub } = given;
      hub.library.addBlob('library/secret', BLOB);
      hub.library.addBlob('library/secret', CONFIG);
      hub.library.addManifest('library/secret', imageOf([BLOB]), 'latest');
      await mirror.send('/v2/library/secret/manifests/latest');
      await mirror.send(`/v2/library/secret/blobs/${DIGEST}`);
      await untilStored(mirror, DIGEST);
      assert.equal((await mount(given, 'mine/two')).status, 202);
      assert.equal(await mirror.store.repositories.hasLayer('mine/two', DIGEST), false);
    }),
  );

  it(
    'and is refused with a digest that is none',
    scene(async ({ mirror }) => {
      const answer = await mirror.send('/v2/mine/two/blobs/uploads/?mount=sha256:x', { method: 'POST' });
      assert.equal(answer.status, 400);
    }),
  );
});

function mount({ mirror }: Pick<Scene, 'mirror'>, name: string, from = '') {
  return mirror.send(`/v2/${name}/blobs/uploads/?mount=${DIGEST}${from}`, { method: 'POST' });
}
