import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Digest } from '#src/oci/digest.js';
import type { PullQuota } from '../../parts/scripted-registry.js';
import { type Scene, type SceneOptions, scene } from './scene.js';

const PATH = '/v2/library/app/manifests';
const NEWS = { method: 'HEAD', headers: { 'cache-control': 'no-cache, no-store' } };
const ANEW = { headers: { 'cache-control': 'no-cache' } };

describe('HEAD of a tag with no-store', () => {
  it(
    'tells what the upstream says and fetches nothing',
    scene(async ({ mirror, hub }) => {
      const digest = addManifest(hub, 'one');
      const answer = await mirror.send(`${PATH}/latest`, NEWS);
      assert.equal(answer.status, 200);
      assert.equal(answer.header('docker-content-digest'), digest);
      assert.equal(answer.header('content-type'), 'application/vnd.oci.image.index.v1+json');
      assert.equal(answer.header('content-length'), String(manifest('one').length));
      assert.equal(answer.header('cache-status'), 'docker-mirror; fwd=uri-miss');
      assert.deepEqual(asked(hub), ['HEAD latest']);
      assert.equal(await mirror.store.repositories.readTag('library/app', 'latest'), undefined);
    }),
  );

  it(
    'confirms what is here, also when it was confirmed a moment ago',
    scene(async ({ mirror, hub }) => {
      const digest = addManifest(hub, 'one');
      await mirror.send(`${PATH}/latest`);
      const before = hub.requests.length;
      const answer = await mirror.send(`${PATH}/latest`, NEWS);
      assert.equal(answer.header('docker-content-digest'), digest);
      assert.equal(answer.header('cache-status'), 'docker-mirror; hit; detail=revalidated');
      assert.deepEqual(asked(hub, before), ['HEAD latest']);
    }),
  );

  it(
    'leaves the tag that is here alone when it has moved, until somebody asks for it',
    scene(async ({ mirror, hub }) => {
      const old = addManifest(hub, 'one');
      await mirror.send(`${PATH}/latest`);
      const moved = addManifest(hub, 'two');
      const before = hub.requests.length;
      const answer = await mirror.send(`${PATH}/latest`, NEWS);
      assert.equal(answer.header('docker-content-digest'), moved);
      assert.equal((await mirror.send(`${PATH}/latest`)).header('docker-content-digest'), old);
      assert.deepEqual(asked(hub, before), ['HEAD latest']);
      assert.equal((await mirror.send(`${PATH}/latest`, ANEW)).header('docker-content-digest'), moved);
      assert.deepEqual(asked(hub, before), ['HEAD latest', 'HEAD latest', `GET ${moved}`]);
    }),
  );

  it(
    'does not move a tag to a manifest that is here already: the rest of it may be missing',
    scene(async ({ mirror, hub }) => {
      const old = addManifest(hub, 'one');
      await mirror.send(`${PATH}/latest`);
      const moved = addManifest(hub, 'two');
      await mirror.send(`${PATH}/${moved}`);
      const answer = await mirror.send(`${PATH}/latest`, NEWS);
      assert.equal(answer.header('docker-content-digest'), moved);
      assert.equal(answer.header('cache-status'), 'docker-mirror; fwd=uri-miss');
      assert.equal((await mirror.send(`${PATH}/latest`)).header('docker-content-digest'), old);
    }),
  );

  it(
    'gives nothing stale, and says why',
    scene(async ({ mirror, hub }) => {
      addManifest(hub, 'one');
      await mirror.send(`${PATH}/latest`);
      hub.on({ plan: { status: 429, headers: { 'retry-after': '30' } } });
      for (const wish of [NEWS, ANEW]) {
        const answer = await mirror.send(`${PATH}/latest`, wish);
        assert.equal(answer.status, 429);
        assert.equal(answer.header('retry-after'), '30');
      }
      hub.behave();
      hub.on({ plan: { status: 404 } });
      assert.equal((await mirror.send(`${PATH}/latest`, NEWS)).status, 404);
      await hub.close();
      assert.equal((await mirror.send(`${PATH}/latest`, NEWS)).status, 502);
    }),
  );

  it(
    'asks nobody for what was pushed, nor when the mirror is offline',
    scene(async ({ mirror, hub, parts }) => {
      const digest = addManifest(hub, 'one');
      await mirror.send(`${PATH}/latest`);
      const pushed = await mirror.send('/v2/team/tool/manifests/1', {
        method: 'PUT',
        headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
        body: manifest('pushed'),
      });
      assert.equal(pushed.status, 201);
      const before = hub.requests.length;
      assert.equal((await mirror.send('/v2/team/tool/manifests/1', NEWS)).status, 200);
      await mirror.stop();
      const { startMirror } = await import('./mirror.js');
      const upstreams = [{ host: 'docker.io', endpoint: hub.endpoint }];
      const offline = parts.add(
        await startMirror({ upstreams, root: mirror.root, mirror: { offline: true } }),
      );
      const answer = await offline.send(`${PATH}/latest`, NEWS);
      assert.equal(answer.header('docker-content-digest'), digest);
      assert.equal(answer.header('warning'), '112 - "Disconnected Operation"');
      assert.equal(hub.requests.length, before);
    }),
  );
});

describe('the rate limit of an upstream', () => {
  it(
    'is passed on with answers that it was asked for',
    limited({ limit: 100, left: 77, windowSeconds: 21_600, resetSeconds: 600 }, async ({ mirror, hub }) => {
      addManifest(hub, 'one');
      const head = await mirror.send(`${PATH}/latest`, NEWS);
      assert.deepEqual(limitOf(head), ['100;w=21600', '77;w=21600']);
      assert.ok([599, 600].includes(Number(head.header('ratelimit-reset'))));
      const fetched = await mirror.send(`${PATH}/latest`);
      assert.deepEqual(limitOf(fetched), ['100;w=21600', '76;w=21600']);
      const held = await mirror.send(`${PATH}/latest`);
      assert.deepEqual(limitOf(held), [undefined, undefined], 'nobody was asked');
    }),
  );

  it(
    'is told with a refusal',
    limited({ limit: 100, left: 0, windowSeconds: 21_600 }, async ({ mirror, hub }) => {
      addManifest(hub, 'one');
      const answer = await mirror.send(`${PATH}/latest`);
      assert.equal(answer.status, 429);
      assert.deepEqual(limitOf(answer), ['100;w=21600', '0;w=21600']);
    }),
  );

  it(
    'is not made up',
    scene(async ({ mirror, hub }) => {
      addManifest(hub, 'one');
      assert.deepEqual(limitOf(await mirror.send(`${PATH}/latest`)), [undefined, undefined]);
    }),
  );
});

function limited(quota: PullQuota, body: (scene: Scene) => Promise<void>): () => Promise<void> {
  const options: SceneOptions = { hub: { quota }, limits: { attempts: 1 } };
  return scene(body, options);
}

function limitOf(answer: { header(name: string): string | undefined }): (string | undefined)[] {
  return [answer.header('ratelimit-limit'), answer.header('ratelimit-remaining')];
}

function asked(hub: Scene['hub'], from = 0): string[] {
  return hub.requests.slice(from).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
}

function manifest(note: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [],
      annotations: { note },
    }),
  );
}

function addManifest(hub: Scene['hub'], note: string): Digest {
  return hub.library.addManifest(
    'library/app',
    manifest(note),
    'latest',
    'application/vnd.oci.image.index.v1+json',
  );
}
