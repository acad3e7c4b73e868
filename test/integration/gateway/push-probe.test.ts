import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer } from '../../parts/http.js';
import { digestOf, type Plan } from '../../parts/scripted-registry.js';
import { imageOf, type PushScene, publish, pushImage, pushScene } from './push-scene.js';

const APP = imageOf('app');
const LAYER = digestOf(APP.layer);

/** How an upstream fails, and what GET makes of it. */
const TROUBLES: readonly [what: string, plan: Plan, honest: number][] = [
  ['is down', { reset: true }, 502],
  ['fails', { status: 503 }, 502],
  ['says 401', { status: 401 }, 403],
  ['says 403', { status: 403 }, 403],
];

/** The questions of a client about to push, as it would put them under a name. */
function probes(name: string): string[] {
  return [`/v2/${name}/blobs/${LAYER}`, `/v2/${name}/manifests/v1`, `/v2/${name}/manifests/${APP.digest}`];
}

function head(scene: PushScene, path: string): Promise<Answer> {
  return scene.send(path, { method: 'HEAD' });
}

async function assertHeads(scene: PushScene, name: string, status: number): Promise<void> {
  for (const path of probes(name)) {
    const answer = await head(scene, path);
    assert.equal(answer.status, status, `HEAD ${path}`);
    assert.equal(answer.body.length, 0);
  }
}

async function assertGets(scene: PushScene, name: string, status: number): Promise<void> {
  for (const path of probes(name)) {
    assert.equal((await scene.send(path)).status, status, `GET ${path}`);
  }
}

describe('HEAD of a name that is new', () => {
  for (const [what, plan, honest] of TROUBLES) {
    it(
      `is answered with 404 when the upstream ${what}, and GET with ${honest}`,
      pushScene(async (scene) => {
        scene.hub.on({ plan });
        await assertHeads(scene, 'team/app', 404);
        await assertGets(scene, 'team/app', honest);
        assert.equal((await pushImage(scene, 'team/app', 'v1', APP)).status, 201);
        await assertHeads(scene, 'team/app', 200);
      }),
    );
  }

  it(
    'is answered with 404 when the mirror is offline, and nobody is asked',
    pushScene(
      async (scene) => {
        await assertHeads(scene, 'team/app', 404);
        await assertGets(scene, 'team/app', 504);
        assert.equal((await pushImage(scene, 'team/app', 'v1', APP)).status, 201);
        assert.deepEqual(scene.hub.requests, []);
      },
      { mirror: { offline: true } },
    ),
  );

  it(
    'stays 429 when the upstream has had enough, with its Retry-After',
    pushScene(async (scene) => {
      scene.hub.on({ plan: { status: 429, headers: { 'retry-after': '77' } } });
      const [path = ''] = probes('team/app');
      const answer = await head(scene, path);
      assert.deepEqual([answer.status, answer.header('retry-after')], [429, '77']);
      await assertHeads(scene, 'team/app', 429);
    }),
  );

  it(
    'is answered with what the upstream has',
    pushScene(async (scene) => {
      publish(scene.hub, 'team/app', 'v1', APP);
      await assertHeads(scene, 'team/app', 200);
    }),
  );
});

describe('HEAD under a name that was pushed here', () => {
  it(
    'never reaches the upstream',
    pushScene(async (scene) => {
      await pushImage(scene, 'team/app', 'v0', imageOf('first'));
      publish(scene.hub, 'team/app', 'v1', APP);
      await assertHeads(scene, 'team/app', 404);
      assert.deepEqual(scene.hub.requests, []);
    }),
  );

  it(
    'is honest about a name that holds an upstream’s content as well',
    pushScene(async (scene) => {
      const fetched = imageOf('fetched');
      publish(scene.hub, 'team/app', 'base', fetched);
      assert.equal((await scene.send('/v2/team/app/manifests/base')).status, 200);
      await pushImage(scene, 'team/app', 'mine', imageOf('mine'));
      publish(scene.hub, 'team/app', 'v1', APP);
      await assertHeads(scene, 'team/app', 200);
    }),
  );
});

describe('HEAD that no push can follow', () => {
  const down = (name: string) => async (scene: PushScene) => {
    scene.hub.on({ plan: { reset: true } });
    await assertHeads(scene, name, 502);
  };

  it('is honest about library names', pushScene(down('library/node')));

  it('is honest about names that belong to an upstream', pushScene(down('docker.io/team/app')));

  it('is honest when nobody may push', pushScene(down('team/app'), { mirror: { push: 'none' } }));

  it('is honest to another machine', pushScene(down('team/app'), { from: '192.0.2.7' }));

  it(
    'is honest when the registry is read-only',
    pushScene(down('team/app'), { storage: { readOnly: true } }),
  );

  it(
    'is honest about a name of which a copy is here',
    pushScene(async (scene) => {
      publish(scene.hub, 'team/app', 'base', imageOf('base'));
      assert.equal((await scene.send('/v2/team/app/manifests/base')).status, 200);
      await down('team/app')(scene);
    }),
  );
});
