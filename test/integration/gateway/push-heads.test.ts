import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OCI_INDEX } from '#src/oci/media-type.js';
import type { Plan } from '../../parts/scripted-registry.js';
import { pushManifest } from './pushing.js';
import { type Scene, scene } from './scene.js';

const DIGEST = `sha256:${'2'.repeat(64)}`;
const INDEX = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] };

/** docs/adr/0002: what a client that is about to push asks first. */
describe('a HEAD before a push to a new name', () => {
  const troubles: Record<string, Plan> = {
    'denies it': { status: 401 },
    fails: { status: 500 },
    'breaks off': { reset: true },
    'does not have it': { status: 404 },
  };
  for (const [what, plan] of Object.entries(troubles)) {
    it(
      `is 404 when the upstream ${what}, and a GET is answered honestly`,
      scene(
        async ({ mirror, hub }) => {
          hub.on({ plan });
          const honest = { 401: 403, 500: 502, 404: 404 }[plan.status ?? 500];
          for (const path of paths('mine/app')) {
            assert.equal((await mirror.send(path, { method: 'HEAD' })).status, 404);
            assert.equal((await mirror.send(path)).status, honest);
          }
        },
        { limits: { attempts: 1 } },
      ),
    );
  }

  it(
    'is 404 when the mirror is offline',
    scene(
      async ({ mirror, hub }) => {
        for (const path of paths('mine/app')) {
          assert.equal((await mirror.send(path, { method: 'HEAD' })).status, 404);
          assert.equal((await mirror.send(path)).status, 504);
        }
        assert.equal(hub.requests.length, 0);
      },
      { mirror: { offline: true } },
    ),
  );

  it(
    'stays 429 when there are too many',
    scene(async ({ mirror, hub }) => {
      hub.on({ plan: { status: 429, headers: { 'retry-after': '30' } } });
      for (const path of paths('mine/app')) {
        const answer = await mirror.send(path, { method: 'HEAD' });
        assert.equal(answer.status, 429);
        assert.equal(answer.header('retry-after'), '30');
      }
    }),
  );

  it(
    'finds what the upstream has',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('mine/app', Buffer.from('layer'));
      const answer = await mirror.send(`/v2/mine/app/blobs/${digest}`, { method: 'HEAD' });
      assert.equal(answer.status, 200);
    }),
  );
});

describe('a HEAD for a repository that was only pushed to', () => {
  it(
    'is answered without asking anybody outside',
    scene(async ({ mirror, hub }) => {
      await pushManifest(mirror, 'mine/app', 'v1', INDEX, OCI_INDEX);
      for (const path of paths('mine/app')) {
        assert.equal((await mirror.send(path, { method: 'HEAD' })).status, 404);
      }
      assert.equal((await mirror.send('/v2/mine/app/manifests/v1', { method: 'HEAD' })).status, 200);
      assert.equal(hub.requests.length, 0);
    }),
  );
});

describe('a HEAD that cannot come before a push is answered honestly', () => {
  const cases: Record<string, (scene: Scene) => Promise<string>> = {
    'of a name of the library': async () => 'library/app',
    'of a name of an upstream': async () => 'docker.io/mine/app',
    'of what was fetched before': async ({ mirror, hub }) => {
      hub.library.addManifest('their/app', INDEX, 'v1', OCI_INDEX);
      await mirror.send('/v2/their/app/manifests/v1');
      return 'their/app';
    },
  };
  for (const [what, prepare] of Object.entries(cases)) {
    it(
      what,
      scene(
        async (given) => {
          const name = await prepare(given);
          given.hub.on({ plan: { status: 500 } });
          for (const path of paths(name)) {
            assert.equal((await given.mirror.send(path, { method: 'HEAD' })).status, 502);
          }
        },
        { limits: { attempts: 1 } },
      ),
    );
  }

  it(
    'from who may not push',
    scene(
      async ({ mirror, hub }) => {
        hub.on({ plan: { status: 401 } });
        for (const path of paths('mine/app')) {
          assert.equal((await mirror.send(path, { method: 'HEAD' })).status, 403);
        }
      },
      { mirror: { push: 'none' } },
    ),
  );
});

function paths(name: string): string[] {
  return [`/v2/${name}/manifests/other`, `/v2/${name}/manifests/${DIGEST}`, `/v2/${name}/blobs/${DIGEST}`];
}
