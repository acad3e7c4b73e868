import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Digest } from '#src/oci/digest.js';
import { parseImageList } from '#src/oci/image-list.js';
import { type Pins, pinsOf } from '#src/oci/pins.js';
import { pushImage } from './pushing.js';
import { errorCodeOf, type Scene, type SceneOptions, scene, untilKept } from './scene.js';

const REPOSITORY = 'team/app';
const PATH = `/v2/${REPOSITORY}/manifests`;
const HOUR = 3_600_000;

/** A scene with a list that may be written anew, and that the mirror follows at once. */
function pinned(
  body: (scene: Scene & { list: (...lines: string[]) => void }) => Promise<void>,
  options: SceneOptions = {},
): () => Promise<void> {
  let pins: Pins = () => false;
  const list = (...lines: string[]) => {
    const { images, problems } = parseImageList(lines.join('\n'));
    assert.deepEqual(problems, []);
    pins = pinsOf(images);
  };
  const gateway = { ...options.gateway, pins: (...asked: Parameters<Pins>) => pins(...asked) };
  return scene((world) => body({ ...world, list }), { ...options, gateway });
}

/** Puts a manifest on the upstream, under `1` and under no other tag than that. */
function put(hub: Scene['hub'], label: string, tag: string | undefined = '1'): Digest {
  const config = hub.library.addBlob(REPOSITORY, Buffer.from('{}'));
  const document = {
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: 2 },
    layers: [],
    annotations: { label },
  };
  return hub.library.addManifest(REPOSITORY, document, tag);
}

async function digestOf(mirror: Scene['mirror'], path = `${PATH}/1`): Promise<string | undefined> {
  const answer = await mirror.send(path);
  assert.equal(answer.status, 200, answer.text());
  return answer.header('docker-content-digest');
}

describe('a tag that is pinned as it is here', () => {
  it(
    'is fetched once, and its upstream is not asked again until it is unpinned',
    pinned(async ({ mirror, hub, list }) => {
      list('team/app:1 pin');
      const first = put(hub, 'one');
      assert.equal(await digestOf(mirror), first);
      const asked = hub.requests.length;
      const second = put(hub, 'two');
      mirror.clock.now += HOUR;
      for (const [method, headers] of [
        ['GET', {}],
        ['HEAD', {}],
        ['GET', { 'cache-control': 'no-cache' }],
        ['HEAD', { 'cache-control': 'no-store' }],
        ['GET', { 'cache-control': 'only-if-cached' }],
      ] as const) {
        const answer = await mirror.send(`${PATH}/1`, { method, headers });
        assert.equal(answer.header('docker-content-digest'), first);
        assert.equal(answer.header('cache-status'), 'docker-mirror; hit; detail=pinned');
        assert.equal(answer.header('warning'), undefined);
      }
      await mirror.restart();
      assert.equal(await digestOf(mirror), first);
      assert.equal(hub.requests.length, asked);
      list();
      assert.equal(await digestOf(mirror), second);
    }),
  );

  it(
    'is the same under every name of it, and nothing else is pinned by that',
    pinned(async ({ mirror, hub, list }) => {
      const first = put(hub, 'one');
      await digestOf(mirror);
      list('docker.io/team/app:1 pin', 'quay.io/team/app:2 pin');
      const second = put(hub, 'two');
      put(hub, 'two', '2');
      mirror.clock.now += HOUR;
      assert.equal(await digestOf(mirror, '/v2/docker.io/team/app/manifests/1'), first);
      assert.equal(await digestOf(mirror, `${PATH}/1?ns=docker.io`), first);
      await digestOf(mirror, `${PATH}/2`);
      put(hub, 'three', '2');
      mirror.clock.now += HOUR;
      assert.notEqual(await digestOf(mirror, `${PATH}/2`), second);
    }),
  );

  it(
    'comes back as it was when its bytes are lost',
    pinned(async ({ mirror, hub, list }) => {
      list('team/app:1 pin');
      const first = put(hub, 'one');
      await digestOf(mirror);
      await untilKept(mirror);
      put(hub, 'two');
      await mirror.store.blobs.quarantine(first);
      await mirror.restart();
      assert.equal(await digestOf(mirror), first);
    }),
  );
});

describe('a tag that is pinned at a digest', () => {
  it(
    'is that digest, fetched by it, and stands for it in the store',
    pinned(async ({ mirror, hub, list }) => {
      const wanted = put(hub, 'old', undefined);
      const current = put(hub, 'new');
      assert.equal(await digestOf(mirror), current);
      list(`team/app:1 pin=${wanted}`);
      const before = hub.requests.length;
      const answer = await mirror.send(`${PATH}/1`);
      assert.equal(answer.header('docker-content-digest'), wanted);
      assert.equal(answer.header('cache-status'), 'docker-mirror; fwd=uri-miss; stored');
      assert.deepEqual(
        hub.requests.slice(before).map(({ method, path }) => [method, path]),
        [['GET', `${PATH}/${wanted}`]],
      );
      await untilKept(mirror);
      assert.equal(await mirror.store.repositories.readTag(REPOSITORY, '1'), wanted);
      await hub.close();
      await mirror.restart();
      assert.equal(await digestOf(mirror), wanted);
      list(`team/app:1 pin=${current}`);
      const back = await mirror.send(`${PATH}/1`);
      assert.equal(back.header('docker-content-digest'), current, 'what is here needs no upstream');
      assert.equal(back.header('cache-status'), 'docker-mirror; hit; detail=pinned');
    }),
  );

  it(
    'is an error when its upstream has it no longer, and what is here is not replaced',
    pinned(async ({ mirror, hub, list }) => {
      const current = put(hub, 'one');
      await digestOf(mirror);
      await untilKept(mirror);
      const gone = `sha256:${'0'.repeat(64)}`;
      list(`team/app:1 pin=${gone}`);
      const answer = await mirror.send(`${PATH}/1`);
      assert.equal(answer.status, 404);
      assert.equal(errorCodeOf(answer), 'MANIFEST_UNKNOWN');
      assert.match(
        answer.text(),
        new RegExp(`team/app:1 is pinned to ${gone}, which docker.io does not have`),
      );
      assert.equal(await mirror.store.repositories.readTag(REPOSITORY, '1'), current);
      await hub.close();
      assert.equal((await mirror.send(`${PATH}/1`)).status, 502);
      list();
      assert.equal(await digestOf(mirror), current);
    }),
  );

  it(
    'is not there, and nobody is asked, for who wants only what is here',
    pinned(async ({ mirror, hub, list }) => {
      const wanted = put(hub, 'one');
      list(`team/app:1 pin=${wanted}`);
      const headers = { 'cache-control': 'only-if-cached' };
      const answer = await mirror.send(`${PATH}/1`, { headers });
      assert.equal(answer.status, 504);
      assert.match(answer.text(), /pinned to sha256:/);
      assert.equal(hub.requests.length, 0);
      await digestOf(mirror);
      assert.equal((await mirror.send(`${PATH}/1`, { headers })).status, 200);
    }),
  );

  it(
    'is fetched once, however many ask',
    pinned(async ({ mirror, hub, list }) => {
      const wanted = put(hub, 'one', undefined);
      list(`team/app:1 pin=${wanted}`);
      const answers = await Promise.all(Array.from({ length: 8 }, () => digestOf(mirror)));
      assert.deepEqual([...new Set(answers)], [wanted]);
      assert.equal(hub.requests.length, 1);
    }),
  );
});

describe('what was pushed', () => {
  it(
    'is not shadowed by a pin',
    pinned(
      async ({ mirror, hub, list }) => {
        const { digest } = await pushImage(mirror, REPOSITORY, '1');
        const upstream = put(hub, 'one');
        for (const line of ['team/app:1 pin', `team/app:1 pin=${upstream}`]) {
          list(line);
          assert.equal(await digestOf(mirror), digest);
        }
        assert.equal(hub.requests.length, 0);
      },
      { mirror: { push: 'loopback' } },
    ),
  );
});
