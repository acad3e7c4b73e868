import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer } from '../../parts/http.js';
import { imageOf, type PushScene, publish, pushImage, pushScene, verdict } from './push-scene.js';

const APP = imageOf('app');
const TAGS = ['10', '9', 'Latest', 'latest', 'v1', 'v1.2_x'];
const PLAIN = { hosts: [] };

/** Follows the links from a path to the end; the pages, as the member says. */
async function pages(scene: PushScene, first: string, member: 'tags' | 'repositories'): Promise<string[][]> {
  const found: string[][] = [];
  for (let next: string | undefined = first; next !== undefined; ) {
    const answer: Answer = await scene.send(next);
    assert.equal(answer.status, 200, next);
    found.push((answer.json() as Record<string, string[]>)[member] ?? []);
    next = nextOf(answer);
    assert.ok(found.length < 20, 'the pages end');
  }
  return found;
}

function nextOf(answer: Answer): string | undefined {
  const link = answer.header('link');
  return link === undefined ? undefined : /^<(\/v2\/[^>]+)>; rel="next"$/.exec(link)?.[1];
}

async function pushTags(scene: PushScene, name: string): Promise<void> {
  for (const tag of [...TAGS].reverse()) await pushImage(scene, name, tag, APP);
}

describe('tags of a pushed repository', () => {
  it(
    'are listed in lexical order, whole or by pages',
    pushScene(async (scene) => {
      await pushTags(scene, 'team/app');
      const path = '/v2/team/app/tags/list';
      const whole = await scene.send(path);
      assert.deepEqual(whole.json(), { name: 'team/app', tags: TAGS });
      assert.equal(whole.header('content-type'), 'application/json');
      assert.equal(whole.header('link'), undefined);
      assert.deepEqual(await pages(scene, `${path}?n=4`, 'tags'), [TAGS.slice(0, 4), TAGS.slice(4)]);
      assert.deepEqual(await pages(scene, `${path}?n=3`, 'tags'), [TAGS.slice(0, 3), TAGS.slice(3)]);
      assert.deepEqual(await pages(scene, `${path}?n=6`, 'tags'), [TAGS]);
      assert.deepEqual(await pages(scene, `${path}?n=999999999`, 'tags'), [TAGS]);
      assert.deepEqual(await pages(scene, `${path}?last=latest`, 'tags'), [TAGS.slice(4)]);
      assert.deepEqual(await pages(scene, `${path}?last=m&n=1`, 'tags'), [['v1'], ['v1.2_x']]);
      assert.deepEqual(await pages(scene, `${path}?last=zzz`, 'tags'), [[]]);
      assert.deepEqual(await pages(scene, `${path}?n=0`, 'tags'), [[]]);
      assert.deepEqual(scene.hub.requests, [], 'nobody was asked about what was pushed here');
    }),
  );

  it(
    'are what HEAD tells of, without a body',
    pushScene(async (scene) => {
      await pushTags(scene, 'team/app');
      for (const path of ['/v2/team/app/tags/list?n=2', '/v2/_catalog']) {
        const [got, head] = [await scene.send(path), await scene.send(path, { method: 'HEAD' })];
        assert.deepEqual([head.status, head.body.length], [200, 0]);
        for (const name of ['content-length', 'content-type', 'link']) {
          assert.equal(head.header(name), got.header(name), name);
        }
      }
    }, PLAIN),
  );

  it(
    'are an empty list when only a digest was pushed, and 404 when nothing was',
    pushScene(async (scene) => {
      await pushImage(scene, 'team/app', APP.digest, APP);
      assert.deepEqual((await scene.send('/v2/team/app/tags/list')).json(), { name: 'team/app', tags: [] });
      assert.deepEqual(verdict(await scene.send('/v2/team/none/tags/list')), [404, 'NAME_UNKNOWN']);
    }, PLAIN),
  );
});

describe('a page size that is none', () => {
  it(
    'is refused',
    pushScene(async (scene) => {
      await pushImage(scene, 'team/app', 'v1', APP);
      for (const n of ['-1', 'ten', '1.5', '1e3', '+1', '0x10', '9999999999', '%20', '1,2']) {
        for (const path of ['/v2/team/app/tags/list', '/v2/_catalog', '/v2/library/node/tags/list']) {
          const answer = await scene.send(`${path}?n=${n}`);
          assert.deepEqual(verdict(answer), [400, 'PAGINATION_NUMBER_INVALID'], `${path} n=${n}`);
        }
      }
      assert.deepEqual(scene.hub.requests, []);
    }),
  );
});

describe('the catalog', () => {
  it(
    'lists what is here by pages, pushed or fetched',
    pushScene(
      async (scene) => {
        const pushed = ['a', 'a/b', 'a-b', 'team/app', 'team/app/sub'];
        for (const name of pushed) await pushImage(scene, name, 'v1', APP);
        publish(scene.hub, 'library/node', '20', APP);
        publish(scene.registry('ghcr.io'), 'owner/app', 'v1', APP);
        await scene.send('/v2/node/manifests/20');
        await scene.send('/v2/ghcr.io/owner/app/manifests/v1');
        const [all = []] = await pages(scene, '/v2/_catalog', 'repositories');
        assert.deepEqual([...all].sort(), [...pushed, 'ghcr.io/owner/app', 'library/node'].sort());
        for (const n of [1, 2, 3, 7]) {
          const parts = await pages(scene, `/v2/_catalog?n=${n}`, 'repositories');
          assert.deepEqual(parts.flat(), all);
          assert.ok(parts.slice(0, -1).every(({ length }) => length === n));
          assert.equal(parts.length, Math.ceil(all.length / n));
        }
        assert.deepEqual(await pages(scene, '/v2/_catalog?n=0', 'repositories'), [[]]);
        assert.deepEqual(await pages(scene, `/v2/_catalog?last=${all.at(-1)}`, 'repositories'), [[]]);
      },
      { hosts: ['docker.io', 'ghcr.io'] },
    ),
  );

  it(
    'is empty when nothing is here',
    pushScene(async (scene) => {
      assert.deepEqual((await scene.send('/v2/_catalog')).json(), { repositories: [] });
      assert.deepEqual((await scene.send('/v2/_catalog?last=../../..')).json(), { repositories: [] });
    }),
  );
});

describe('tags of an upstream’s repository', () => {
  const publishAll = (scene: PushScene, host: string, name: string) => {
    for (const tag of TAGS) publish(scene.registry(host), name, tag, APP);
  };

  it(
    'are passed on, by the upstream’s pages',
    pushScene(async (scene) => {
      publishAll(scene, 'docker.io', 'library/node');
      for (const name of ['node', 'library/node']) {
        assert.deepEqual((await scene.send(`/v2/${name}/tags/list`)).json(), { name, tags: TAGS });
        const found = await pages(scene, `/v2/${name}/tags/list?n=4`, 'tags');
        assert.deepEqual(found, [TAGS.slice(0, 4), TAGS.slice(4)]);
      }
      assert.deepEqual(await pages(scene, '/v2/node/tags/list?n=0', 'tags'), [[]]);
    }),
  );

  it(
    'keep ns in the link to the next page',
    pushScene(
      async (scene) => {
        publishAll(scene, 'ghcr.io', 'owner/app');
        const first = await scene.send('/v2/owner/app/tags/list?n=4&ns=ghcr.io');
        assert.equal(first.header('oci-namespace'), 'ghcr.io');
        assert.equal(new URL(nextOf(first) ?? '', scene.url).searchParams.get('ns'), 'ghcr.io');
        const found = await pages(scene, '/v2/owner/app/tags/list?n=4&ns=ghcr.io', 'tags');
        assert.deepEqual(found, [TAGS.slice(0, 4), TAGS.slice(4)]);
        assert.deepEqual(scene.hub.requests, []);
      },
      { hosts: ['docker.io', 'ghcr.io'] },
    ),
  );

  it(
    'are those that are here when the upstream is down, and 502 when none are',
    pushScene(async (scene) => {
      publishAll(scene, 'docker.io', 'library/node');
      for (const tag of ['latest', 'v1']) await scene.send(`/v2/node/manifests/${tag}`);
      scene.hub.on({ plan: { reset: true } });
      assert.deepEqual((await scene.send('/v2/node/tags/list')).json(), {
        name: 'node',
        tags: ['latest', 'v1'],
      });
      assert.deepEqual(await pages(scene, '/v2/node/tags/list?n=1', 'tags'), [['latest'], ['v1']]);
      assert.deepEqual(verdict(await scene.send('/v2/redis/tags/list')), [502, 'UNAVAILABLE']);
    }),
  );

  it(
    'are those that are here when the mirror is offline',
    pushScene(
      async (scene) => {
        const { store } = scene;
        await store.blobs.put(APP.digest, APP.manifest);
        await store.repositories.linkRevision('library/node', APP.digest);
        await store.origins.writeTag('library/node', '20', { upstream: 'docker.io', confirmed: 0 });
        await store.repositories.writeTag('library/node', '20', APP.digest);
        assert.deepEqual((await scene.send('/v2/node/tags/list')).json(), { name: 'node', tags: ['20'] });
        assert.deepEqual(verdict(await scene.send('/v2/redis/tags/list')), [404, 'NAME_UNKNOWN']);
        assert.deepEqual(scene.hub.requests, []);
      },
      { mirror: { offline: true } },
    ),
  );

  it(
    'are not made up when the upstream says that there are none, or that it is busy',
    pushScene(async (scene) => {
      publishAll(scene, 'docker.io', 'library/node');
      await scene.send('/v2/node/manifests/v1');
      assert.deepEqual(verdict(await scene.send('/v2/team/none/tags/list')), [404, 'NAME_UNKNOWN']);
      scene.hub.on({ plan: { status: 429 } });
      assert.deepEqual(verdict(await scene.send('/v2/team/none/tags/list')), [429, 'TOOMANYREQUESTS']);
      scene.hub.on({ plan: { status: 403 } });
      assert.deepEqual(verdict(await scene.send('/v2/node/tags/list')), [403, 'DENIED']);
    }),
  );
});
