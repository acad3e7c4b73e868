import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OCI_INDEX } from '#src/oci/media-type.js';
import type { Answer } from '../../parts/http.js';
import type { TestMirror } from './mirror.js';
import { pushManifest } from './pushing.js';
import { errorCodeOf, type Scene, scene } from './scene.js';

const INDEX = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] };
const TAGS = ['1', '1.0', 'a', 'b', 'latest'];

describe('tags of a pushed repository', () => {
  it(
    'are given in order, in pages',
    pushed(async ({ mirror, hub }) => {
      const all = await mirror.send('/v2/mine/app/tags/list');
      assert.deepEqual(all.json(), { name: 'mine/app', tags: TAGS });
      assert.equal(all.header('link'), undefined);
      assert.deepEqual(await pages(mirror, '/v2/mine/app/tags/list?n=2'), [
        ['1', '1.0'],
        ['a', 'b'],
        ['latest'],
      ]);
      const last = await mirror.send('/v2/mine/app/tags/list?n=5');
      assert.equal(last.header('link'), undefined, 'no page follows the last');
      const after = await mirror.send('/v2/mine/app/tags/list?last=a');
      assert.deepEqual(tagsOf(after), ['b', 'latest']);
      assert.deepEqual(tagsOf(await mirror.send('/v2/mine/app/tags/list?last=zzz&n=3')), []);
      const none = await mirror.send('/v2/mine/app/tags/list?n=0');
      assert.deepEqual(none.json(), { name: 'mine/app', tags: [] });
      assert.equal(none.header('link'), undefined);
      assert.equal(hub.requests.length, 0);
    }),
  );

  for (const n of ['-1', 'x', '1.5', '1e3', '99999999999']) {
    it(
      `cannot be given ${n} at a time`,
      pushed(async ({ mirror }) => {
        for (const path of ['/v2/mine/app/tags/list', '/v2/_catalog']) {
          const answer = await mirror.send(`${path}?n=${n}`);
          assert.equal(answer.status, 400);
          assert.equal(errorCodeOf(answer), 'PAGINATION_NUMBER_INVALID');
        }
      }),
    );
  }

  it(
    'of one that is not here are 404',
    scene(async ({ mirror }) => {
      const answer = await mirror.send('/v2/no/such/tags/list');
      assert.equal(answer.status, 404);
      assert.equal(errorCodeOf(answer), 'NAME_UNKNOWN');
    }),
  );
});

describe('tags of an upstream', () => {
  it(
    'are its own, in pages whose links keep ns',
    fetched(async ({ mirror }) => {
      const path = '/v2/library/app/tags/list?ns=docker.io&n=2';
      const first = await mirror.send(path);
      assert.match(first.header('link') ?? '', /[?&]ns=docker\.io/);
      assert.deepEqual((await pages(mirror, path)).flat(), TAGS);
      assert.deepEqual(tagsOf(await mirror.send('/v2/app/tags/list')), TAGS);
      const none = await mirror.send('/v2/library/app/tags/list?n=0');
      assert.deepEqual(tagsOf(none), []);
      assert.equal(none.header('link'), undefined);
    }),
  );

  it(
    'are those that are here when it cannot be asked',
    fetched(async ({ mirror, hub }) => {
      for (const tag of ['a', 'latest', '1']) await mirror.send(`/v2/library/app/manifests/${tag}`);
      await hub.close();
      assert.deepEqual(tagsOf(await mirror.send('/v2/library/app/tags/list')), ['1', 'a', 'latest']);
      assert.deepEqual(await pages(mirror, '/v2/app/tags/list?n=2'), [['1', 'a'], ['latest']]);
      assert.equal((await mirror.send('/v2/library/other/tags/list')).status, 502);
    }),
  );

  for (const [status, expected] of [
    [404, 404],
    [401, 403],
  ] as const) {
    it(
      `are not given when it says ${status}`,
      fetched(async ({ mirror, hub }) => {
        await mirror.send('/v2/library/app/manifests/latest');
        hub.on({ path: /tags/, plan: { status } });
        assert.equal((await mirror.send('/v2/library/app/tags/list')).status, expected);
      }),
    );
  }
});

describe('the catalog', () => {
  it(
    'is what is here, in pages',
    scene(async ({ mirror, hub }) => {
      hub.library.addManifest('library/app', INDEX, 'latest', OCI_INDEX);
      await mirror.send('/v2/library/app/manifests/latest');
      const names = ['a/b', 'a/c/d', 'mine', 'z'];
      for (const name of names) await pushManifest(mirror, name, 'v1', INDEX, OCI_INDEX);
      const all = ['a/b', 'a/c/d', 'library/app', 'mine', 'z'];
      assert.deepEqual((await mirror.send('/v2/_catalog')).json(), { repositories: all });
      const paged = await pages(mirror, '/v2/_catalog?n=2');
      assert.deepEqual(paged, [all.slice(0, 2), all.slice(2, 4), all.slice(4)]);
      const none = await mirror.send('/v2/_catalog?n=0');
      assert.deepEqual(none.json(), { repositories: [] });
      assert.equal(none.header('link'), undefined);
      const head = await mirror.send('/v2/_catalog', { method: 'HEAD' });
      assert.equal(head.status, 200);
      assert.equal(head.body.length, 0);
      for (const last of ['../../etc', '%00', 'zzz/zzz', `${'x'.repeat(3000)}`]) {
        assert.equal((await mirror.send(`/v2/_catalog?last=${last}`)).status, 200);
      }
    }),
  );

  it(
    'of an empty store is empty',
    scene(async ({ mirror }) => {
      assert.deepEqual((await mirror.send('/v2/_catalog')).json(), { repositories: [] });
    }),
  );
});

describe('referrers', () => {
  const subject = { mediaType: OCI_INDEX, digest: `sha256:${'3'.repeat(64)}`, size: 1 };
  const path = `/v2/library/app/referrers/${subject.digest}`;

  it(
    'are those of the upstream and those that are here',
    scene(async ({ mirror, hub }) => {
      const theirs = hub.library.addManifest('library/app', { ...INDEX, subject, artifactType: 'a/theirs' });
      const ours = { ...INDEX, subject, artifactType: 'a/ours' };
      const pushed = await pushManifest(mirror, 'library/app', 'signature', ours, OCI_INDEX);
      const mine = pushed.header('docker-content-digest');
      assert.deepEqual(digestsOf(await mirror.send(path)), [mine, theirs].sort());
      const filtered = await mirror.send(`${path}?artifactType=a/theirs`);
      assert.deepEqual(digestsOf(filtered), [theirs]);
      assert.equal(filtered.header('oci-filters-applied'), 'artifactType');
      await hub.close();
      assert.deepEqual(digestsOf(await mirror.send(path)), [mine], 'an upstream that is gone adds none');
    }),
  );

  it(
    'may be none',
    scene(async ({ mirror }) => {
      const answer = await mirror.send(path);
      assert.equal(answer.status, 200);
      assert.deepEqual(answer.json(), { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] });
    }),
  );
});

function pushed(body: (scene: Scene) => Promise<void>): () => Promise<void> {
  return scene(async (given) => {
    for (const tag of TAGS) await pushManifest(given.mirror, 'mine/app', tag, INDEX, OCI_INDEX);
    await body(given);
  });
}

function fetched(body: (scene: Scene) => Promise<void>): () => Promise<void> {
  return scene(
    async (given) => {
      for (const tag of TAGS) given.hub.library.addManifest('library/app', INDEX, tag, OCI_INDEX);
      await body(given);
    },
    { limits: { attempts: 1 } },
  );
}

/** The pages that links lead to, as a client follows them. */
async function pages(mirror: TestMirror, path: string): Promise<string[][]> {
  const found: string[][] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer: Answer = await mirror.send(next);
    assert.equal(answer.status, 200, answer.text());
    found.push(tagsOf(answer));
    next = /^<([^>]+)>; rel="next"$/.exec(answer.header('link') ?? '')?.[1];
  }
  return found;
}

function tagsOf(answer: Answer): string[] {
  const { tags, repositories } = answer.json() as { tags?: string[]; repositories?: string[] };
  return tags ?? repositories ?? [];
}

function digestsOf(answer: Answer): string[] {
  return (answer.json() as { manifests: { digest: string }[] }).manifests.map(({ digest }) => digest).sort();
}
