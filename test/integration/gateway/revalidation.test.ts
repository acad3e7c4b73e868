import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Digest } from '#src/oci/digest.js';
import type { Answer } from '../../parts/http.js';
import type { Plan } from '../../parts/scripted-registry.js';
import { waitFor } from '../../parts/wait.js';
import { errorCodeOf, lines, type Scene, scene } from './scene.js';

const PATH = '/v2/library/app/manifests';
const MINUTE = 60_000;

/** Invariant I4: what is here is served. */
describe('a manifest that is here', () => {
  it(
    'is served by digest without asking anybody, for ever',
    scene(async ({ mirror, hub }) => {
      const digest = addManifest(hub, 'one');
      await mirror.send(`${PATH}/latest`);
      const before = hub.requests.length;
      mirror.clock.now += 1000 * MINUTE;
      for (const method of ['GET', 'HEAD']) {
        assert.equal((await mirror.send(`${PATH}/${digest}`, { method })).status, 200);
      }
      await mirror.restart();
      await hub.close();
      assert.equal((await mirror.send(`${PATH}/${digest}`)).status, 200);
      assert.equal(hub.requests.length, before);
    }),
  );

  it(
    'is served by a tag that was confirmed lately without asking',
    scene(async ({ mirror, hub }) => {
      const digest = addManifest(hub, 'one');
      await mirror.send(`${PATH}/latest`);
      const before = hub.requests.length;
      mirror.clock.now += MINUTE - 1;
      const answer = await mirror.send(`${PATH}/latest`);
      assert.equal(answer.header('docker-content-digest'), digest);
      assert.equal(answer.header('age'), undefined);
      assert.equal(hub.requests.length, before);
      await mirror.restart();
      assert.equal((await mirror.send(`${PATH}/latest`)).status, 200);
      assert.equal(hub.requests.length, before, 'a restart forgets nothing');
    }),
  );

  it(
    'costs one HEAD and no GET when its tag was not confirmed lately and is the same',
    cached(async ({ mirror, hub }, digest) => {
      const before = hub.requests.length;
      const answers = await Promise.all(Array.from({ length: 8 }, () => mirror.send(`${PATH}/latest`)));
      for (const answer of answers) assert.equal(answer.header('docker-content-digest'), digest);
      assert.deepEqual(
        hub.requests.slice(before).map(({ method }) => method),
        ['HEAD'],
      );
      assert.equal((await mirror.send(`${PATH}/latest`)).status, 200);
      assert.equal(hub.requests.length, before + 1, 'and is fresh from then on');
      assert.equal(lines(mirror, 'request').filter(({ result }) => result === 'revalidated').length, 8);
    }),
  );

  it(
    'gives way to another one when its tag has moved',
    cached(async ({ mirror, hub }, old) => {
      const moved = addManifest(hub, 'two');
      const before = hub.requests.length;
      const answer = await mirror.send(`${PATH}/latest`);
      assert.equal(answer.header('docker-content-digest'), moved);
      assert.deepEqual(
        hub.requests.slice(before).map(({ method, path }) => [method, path]),
        [
          ['HEAD', `${PATH}/latest`],
          ['GET', `${PATH}/${moved}`],
        ],
      );
      await hub.close();
      for (const digest of [old, moved]) {
        assert.equal((await mirror.send(`${PATH}/${digest}`)).status, 200);
      }
      assert.equal(await mirror.store.repositories.readTag('library/app', 'latest'), moved);
    }),
  );

  it(
    'is compared with what GET gives when the upstream tells no digest',
    cached(async ({ mirror, hub }, digest) => {
      hub.on({ path: /manifests/, plan: { headers: { 'docker-content-digest': '' } } });
      assert.equal((await mirror.send(`${PATH}/latest`)).header('docker-content-digest'), digest);
      const moved = addManifest(hub, 'two');
      mirror.clock.now += 2 * MINUTE;
      assert.equal((await mirror.send(`${PATH}/latest`)).header('docker-content-digest'), moved);
    }),
  );
});

describe('a tag that cannot be confirmed is served stale', () => {
  const troubles: Record<string, Plan> = {
    'with status 500': { status: 500 },
    'with status 503': { status: 503 },
    'by a rate limit': { status: 429, headers: { 'retry-after': '30' } },
    'by a broken connection': { reset: true },
  };
  for (const [how, plan] of Object.entries(troubles)) {
    it(
      how,
      cached(async ({ mirror, hub }, digest) => {
        hub.on({ plan });
        assertStale(await mirror.send(`${PATH}/latest`), digest, 120, '111');
        hub.behave();
        assert.equal((await mirror.send(`${PATH}/latest`)).header('warning'), undefined);
      }),
    );
  }

  it(
    'by an upstream that is gone',
    cached(async ({ mirror, hub }, digest) => {
      await hub.close();
      assertStale(await mirror.send(`${PATH}/latest`), digest, 120, '111');
      mirror.clock.now += MINUTE;
      await mirror.restart();
      assertStale(await mirror.send(`${PATH}/latest`, { method: 'HEAD' }), digest, 180, '111');
    }),
  );

  it(
    'by one that lets time pass, and is not asked twice meanwhile',
    cached(
      async ({ mirror, hub }, digest) => {
        const before = hub.requests.length;
        hub.on({ plan: { blackHole: true } });
        assertStale(await mirror.send(`${PATH}/latest`), digest, 120, '110');
        assertStale(await mirror.send(`${PATH}/latest`), digest, 120, '110');
        assert.equal(hub.requests.length, before + 1);
      },
      { confirmWithin: 50 },
    ),
  );

  it(
    'and a late answer counts all the same',
    cached(
      async ({ mirror, hub }) => {
        const moved = addManifest(hub, 'two');
        hub.on({ plan: { delay: 300 } });
        assert.equal((await mirror.send(`${PATH}/latest`)).header('warning'), '110 - "Response is Stale"');
        await waitFor(
          async () => (await mirror.store.repositories.readTag('library/app', 'latest')) === moved,
          { what: 'the tag has moved' },
        );
        assert.equal((await mirror.send(`${PATH}/latest`)).header('docker-content-digest'), moved);
      },
      { confirmWithin: 20 },
    ),
  );

  it(
    'when the mirror is offline, where nothing that is missing is fetched',
    cached(async ({ mirror, hub, parts }, digest) => {
      const { startMirror } = await import('./mirror.js');
      await mirror.stop();
      const before = hub.requests.length;
      const upstreams = [{ host: 'docker.io', endpoint: hub.endpoint }];
      const offline = parts.add(
        await startMirror({ upstreams, root: mirror.root, mirror: { offline: true, revalidate: 0 } }),
      );
      const answer = await offline.send(`${PATH}/latest`);
      assert.equal(answer.header('docker-content-digest'), digest);
      assert.equal(answer.header('warning'), '112 - "Disconnected Operation"');
      const missing = await offline.send(`${PATH}/other`);
      assert.equal(missing.status, 504);
      assert.match(missing.text(), /mirror\.offline/);
      assert.equal(hub.requests.length, before);
    }),
  );
});

describe('what the upstream itself says of a tag is believed', () => {
  it(
    'that it is no more: 404',
    cached(async ({ mirror, hub }) => {
      hub.on({ plan: { status: 404 } });
      const answer = await mirror.send(`${PATH}/latest`);
      assert.equal(answer.status, 404);
      assert.equal(errorCodeOf(answer), 'MANIFEST_UNKNOWN');
    }),
  );

  for (const status of [401, 403]) {
    it(
      `that it is denied (${status}): 403`,
      cached(async ({ mirror, hub }) => {
        hub.on({ plan: { status } });
        const answer = await mirror.send(`${PATH}/latest`);
        assert.equal(answer.status, 403);
        assert.equal(errorCodeOf(answer), 'DENIED');
      }),
    );
  }
});

/** A mirror that has the tag, confirmed two minutes ago. */
function cached(
  body: (scene: Scene, digest: Digest) => Promise<void>,
  gateway: { confirmWithin?: number } = {},
): () => Promise<void> {
  return scene(
    async (given) => {
      const { mirror, hub } = given;
      const digest = addManifest(hub, 'one');
      assert.equal((await mirror.send(`${PATH}/latest`)).status, 200);
      mirror.clock.now += 2 * MINUTE;
      await body(given, digest);
    },
    { gateway, limits: { attempts: 1 } },
  );
}

function addManifest(hub: Scene['hub'], label: string): Digest {
  const config = hub.library.addBlob('library/app', Buffer.from('{}'));
  const document = {
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: 2 },
    layers: [],
    annotations: { label },
  };
  return hub.library.addManifest('library/app', document, 'latest');
}

function assertStale(answer: Answer, digest: Digest, age: number, warning: string): void {
  assert.equal(answer.status, 200);
  assert.equal(answer.header('docker-content-digest'), digest);
  assert.equal(answer.header('age'), String(age));
  assert.equal(answer.header('warning')?.slice(0, 4), `${warning} `);
}
