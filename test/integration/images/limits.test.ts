import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readPause } from '#src/images/update-pause.js';
import type { Waiting } from '#src/images/waiting.js';
import { type AnyImage, multiImage, smallImage } from '../../parts/images.js';
import type { PullQuota } from '../../parts/scripted-registry.js';
import { waitFor } from '../../parts/wait.js';
import { addImage, logOf, type Updating, updating } from './updating.js';

/** Nothing is kept but what the list names, ten at once, and ten pulls are kept for people. */
const SETTINGS = [
  'CONFIG_DOCKER_MIRROR_PORT=5999',
  ...[
    'MINIO',
    'MILVUS',
    'POSTGRES',
    'MYSQL',
    'MARIADB',
    'REDIS',
    'ELASTICSEARCH',
    'VLLM',
    'LMCACHE',
    'ETCD',
    'REGISTRY',
  ].map((name) => `# CONFIG_DOCKER_MIRROR_PRELOAD_${name} is not set`),
  'CONFIG_DOCKER_MIRROR_PREFETCH_PARALLEL=10',
  'CONFIG_DOCKER_MIRROR_RATE_LIMIT_RESERVE=10',
  '',
].join('\n');

describe('the rate limit of an upstream', () => {
  it(
    'is used down to the reserve exactly, the rest waits, and goes on when there is more',
    limited({ limit: 100, left: 20, windowSeconds: 21_600 }, async ({ hub, quota, run, last, keep }) => {
      await keep(14, smallImage);
      const { status, out } = await run('update');
      assert.equal(status, 1);
      assert.equal(quota.left, 10);
      assert.match(
        out,
        /\nDone in part in [\d.]+ s: 10 images fetched \(.* MB\), 0 unchanged, 4 images wait for docker\.io until .*\d\d:\d\d at the latest \(10 pulls left of 100, 10 are kept for people\)\n$/,
      );
      assert.equal(out.match(/: waits for docker\.io until /g)?.length, 4);
      const record = await last();
      assert.equal(record?.result, 'partly');
      const waits = record.images.flatMap((image) => (image.state === 'waiting' ? (image.waits ?? []) : []));
      assert.equal(waits.length, 4);
      assertUntil(waits[0], 21_600);
      assert.match(await logOf(record), /4 images wait for docker\.io/);

      // Nothing is asked but by HEAD while there is no more.
      hub.requests.length = 0;
      assert.equal((await run('update')).status, 1);
      assert.deepEqual(
        hub.requests.filter(({ method, path }) => method === 'GET' && /manifests|blobs/.test(path)),
        [],
      );

      quota.left = 100;
      const again = await run('update');
      assert.deepEqual([again.status, again.err], [0, '']);
      assert.match(again.out, /: 4 images fetched \(.*\), 10 unchanged\n$/);
      assert.equal(quota.left, 96);
    }),
  );

  it(
    'makes some images whole and not parts of many',
    limited({ limit: 100, left: 20, windowSeconds: 21_600 }, async ({ quota, run, keep }) => {
      await keep(8, multiImage);
      const { out } = await run('update');
      assert.equal(quota.left, 10);
      assert.match(out, /: 5 images fetched .* 3 images wait for docker\.io/);
    }),
  );

  it(
    'is a matter of each upstream by itself',
    limited({ limit: 100, left: 10, windowSeconds: 21_600 }, async ({ hub, run, list, quota }) => {
      addImage(hub, 'library/a', '1', smallImage('a'));
      addImage(hub, 'owner/b', '1', smallImage('b'));
      // As one that tells nothing of a limit.
      hub.on({ path: /owner\/b/, plan: { headers: { 'ratelimit-limit': '', 'ratelimit-remaining': '' } } });
      await list('a:1', 'ghcr.io/owner/b:1');
      const { status, out } = await run('update', '--json');
      assert.equal(status, 1);
      const images = out
        .split('\n')
        .flatMap((line) => (line.includes('"event":"image"') ? [JSON.parse(line)] : []));
      assert.deepEqual(Object.fromEntries(images.map(({ image, state }) => [image, state])), {
        'a:1': 'waiting',
        'ghcr.io/owner/b:1': 'fetched',
      });
      const ended = JSON.parse(out.trim().split('\n').at(-1) ?? '');
      assert.deepEqual([ended.waiting, ended.waits[0].upstream, ended.waits[0].images], [1, 'docker.io', 1]);
      assert.equal(quota.left, 9, 'the other upstream of this test has the same counter');
    }),
  );

  it(
    'that nobody told of shows itself by a refusal, and the rest waits as long as that says',
    updating(
      async ({ hub, run, list, last }) => {
        const names = ['a', 'b', 'c', 'd'];
        for (const name of names) addImage(hub, `library/${name}`, '1', smallImage(name));
        hub.on({
          method: 'GET',
          path: /manifests/,
          plan: { status: 429, headers: { 'retry-after': '120' } },
        });
        await list(...names.map((name) => `${name}:1`));
        const { status, out } = await run('update');
        assert.equal(status, 1);
        assert.match(out, /4 images wait for docker\.io until .*\d\d:\d\d \(it was asked too often\)\n$/);
        const pulls = hub.requests.filter(
          ({ method, path }) => method === 'GET' && path.includes('manifests'),
        );
        assert.equal(pulls.length, 4, 'each was asked for once');
        assertUntil((await last())?.images[0]?.waits, 120);
        hub.behave();
        assert.equal((await run('update')).status, 0);
      },
      { settings: SETTINGS },
    ),
  );

  it(
    'is for people: pull has all that is left, and is told of a refusal',
    limited({ limit: 100, left: 1, windowSeconds: 21_600 }, async ({ hub, run, quota }) => {
      addImage(hub, 'library/a', '1', smallImage('a'));
      addImage(hub, 'library/b', '1', smallImage('b'));
      const first = await run('pull', 'a:1');
      assert.deepEqual([first.status, first.err], [0, '']);
      assert.equal(quota.left, 0);
      const second = await run('pull', 'b:1', 'a:1');
      assert.equal(second.status, 1);
      assert.match(
        second.out,
        /1 unchanged, 1 image waits for docker\.io until .* \(0 pulls left of 100\)\n$/,
      );
    }),
  );
});

describe('a scheduled update', () => {
  it(
    'waits for an upstream, and goes on by itself',
    limited({ limit: 100, left: 10, windowSeconds: 1 }, async ({ quota, begin, layout, last, keep }) => {
      await keep(3, smallImage);
      const update = await begin('--scheduled');
      await untilPaused(layout.updateWaits);
      quota.left = 100;
      assert.deepEqual(await update.ended, { code: 0, signal: null });
      assert.match(update.tail(), /Going on by itself: 3 images wait for docker\.io until/);
      assert.equal((await last())?.result, 'done');
      assert.equal(await readPause(layout.updateWaits), undefined);
    }),
  );

  it(
    'tells everybody what it waits for',
    limited({ limit: 100, left: 10, windowSeconds: 21_600 }, async ({ run, begin, layout, keep }) => {
      await keep(3, smallImage);
      const update = await begin('--scheduled');
      const pause = await untilPaused(layout.updateWaits);
      assert.deepEqual([pause.process.pid, pause.waits.length, pause.waits[0]?.images], [update.pid, 1, 3]);
      const second = await run('update', '--scheduled');
      assert.equal(second.status, 0);
      assert.match(
        second.out,
        /^A scheduled update is under way already \(process \d+\)\.\n.*3 images wait for docker\.io/,
      );
      const { waiting, last: known } = JSON.parse((await run('status', '--json')).out).update;
      assert.deepEqual([waiting.pid, waiting.waits[0].images, known.waits[0].images], [update.pid, 3, 3]);
      assert.match(
        (await run('status')).out,
        /^update waits +3 images wait for docker\.io .* and goes on by itself/m,
      );
    }),
  );

  it(
    'lets one by hand go ahead while it waits',
    limited(
      { limit: 100, left: 10, windowSeconds: 21_600 },
      async ({ quota, run, begin, layout, keep, last }) => {
        await keep(3, smallImage);
        const update = await begin('--scheduled');
        await untilPaused(layout.updateWaits);
        quota.left = 100;
        const { status, out, err } = await run('update');
        assert.equal(status, 0);
        assert.match(err, /^A scheduled update \(process \d+\) waits; this one goes ahead\.\n/);
        assert.match(out, /3 images fetched/);
        assert.deepEqual(await update.stop(), { code: 130, signal: null });
        assert.equal((await last())?.result, 'done');
      },
    ),
  );

  it(
    'ends when it is told to while it waits, and leaves a record of what waits',
    limited({ limit: 100, left: 10, windowSeconds: 21_600 }, async ({ begin, layout, keep, last }) => {
      await keep(2, smallImage);
      const update = await begin('--scheduled');
      await untilPaused(layout.updateWaits);
      assert.deepEqual(await update.stop(), { code: 130, signal: null });
      await assert.rejects(readFile(layout.updateWaits), { code: 'ENOENT' });
      const record = await last();
      assert.equal(record?.result, 'partly');
      assert.deepEqual(
        record.images.map(({ state, waits }) => [state, waits?.upstream]),
        [
          ['waiting', 'docker.io'],
          ['waiting', 'docker.io'],
        ],
      );
    }),
  );

  it(
    'that was killed while it waited keeps nobody from updating',
    limited({ limit: 100, left: 10, windowSeconds: 21_600 }, async ({ begin, layout, keep, run, quota }) => {
      await keep(2, smallImage);
      const update = await begin('--scheduled');
      await untilPaused(layout.updateWaits);
      await update.kill();
      assert.equal(await readPause(layout.updateWaits), undefined);
      assert.equal(JSON.parse((await run('status', '--json')).out).update.waiting, null);
      quota.left = 100;
      const { status, err } = await run('update', '--scheduled');
      assert.deepEqual([status, err], [0, '']);
    }),
  );

  it(
    'waits for its time of day, which one by hand does not ask for',
    limited({ limit: 100, left: 100 }, async ({ begin, layout, keep, run, env, hub }) => {
      await keep(1, smallImage);
      await writeFile(
        env['KCONFIG_CONFIG'] ?? '',
        `${SETTINGS}CONFIG_DOCKER_MIRROR_PREFETCH_WINDOW="${otherHours()}"\n`,
      );
      const update = await begin('--scheduled');
      const pause = await untilPaused(layout.updateWaits);
      assert.deepEqual([pause.waits[0]?.for, pause.waits[0]?.images], ['window', 0]);
      assert.deepEqual(hub.requests, []);
      assert.equal((await run('update')).status, 0);
      assert.deepEqual(await update.stop(), { code: 130, signal: null });
    }),
  );
});

interface Limited extends Updating {
  readonly quota: PullQuota;
  /** Puts images into the upstream, and into the list. */
  keep(count: number, make: (seed: string) => AnyImage): Promise<string[]>;
}

/** An update whose upstreams count pulls. */
function limited(quota: PullQuota, body: (scene: Limited) => Promise<void>): () => Promise<void> {
  return updating(
    (scene) =>
      body({
        ...scene,
        quota,
        keep: async (count, make) => {
          const names = Array.from({ length: count }, (_, index) => `app${index}:1`);
          for (const [index, name] of names.entries())
            addImage(scene.hub, `library/app${index}`, '1', make(name));
          await scene.list(...names);
          return names;
        },
      }),
    { hub: { quota }, settings: SETTINGS },
  );
}

async function untilPaused(path: string) {
  return await waitFor(() => readPause(path), { what: `${join(path)} says what is waited for` });
}

function assertUntil(waits: Waiting | undefined, seconds: number): void {
  const left = (Date.parse(waits?.until ?? '') - Date.now()) / 1000;
  assert.ok(left > seconds - 60 && left <= seconds, `${left} s of ${seconds}`);
}

/** Two hours of the day that are not now, nor soon. */
function otherHours(): string {
  const hour = (new Date().getHours() + 11) % 24;
  const two = (value: number) => String(value % 24).padStart(2, '0');
  return `${two(hour)}:00-${two(hour + 1)}:00`;
}
