import assert from 'node:assert/strict';
import { mkdir, readdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  blobsOf,
  buildImage,
  buildIndex,
  multiImage,
  smallImage,
  uniqueBlobBytes,
} from '../../parts/images.js';
import { randomLayer } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import { addImage, logOf, updating } from './updating.js';

const PLATFORM = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' };
const OTHER = { os: 'linux', architecture: PLATFORM.architecture === 'arm64' ? 'amd64' : 'arm64' };

const NAMES = [
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
];
const NO_PRELOADS = NAMES.map((name) => `# CONFIG_DOCKER_MIRROR_PRELOAD_${name} is not set\n`).join('');
const NO_PRELOADS_BUT_CUSTOM = `${NO_PRELOADS}CONFIG_DOCKER_MIRROR_PRELOAD_CUSTOM=y\n`;

describe('update', () => {
  it(
    'fetches what is missing, once, and then asks the upstream one HEAD an image',
    updating(async ({ hub, run, list, last, forget, asked }) => {
      const [a, b] = [smallImage('a'), smallImage('b')];
      addImage(hub, 'library/a', '1', a);
      addImage(hub, 'owner/b', 'latest', b);
      await list('# mine', 'a:1', '', 'ghcr.io/owner/b  # with a comment', 'docker.io/library/a:1');
      const first = await run('update');
      assert.deepEqual([first.status, first.err], [0, '']);
      assert.match(first.out, /^Looking up 2 images\n/);
      assert.match(first.out, /\na:1: fetching 3 blobs, 1\.\d MB\n/);
      assert.match(first.out, /\nDone in [\d.]+ s: 2 images fetched \(.* MB\), 0 unchanged\n$/);
      const blobs = hub.requests.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'));
      // busybox's layer is in both: it is fetched for one of them.
      assert.equal(
        blobs.reduce((sum, { sent }) => sum + sent, 0),
        uniqueBlobBytes(a) + uniqueBlobBytes(b) - (a.layers[0]?.bytes.length ?? 0),
      );
      const record = await last();
      assert.equal(record?.result, 'done');
      assert.deepEqual(
        record.images.map(({ image, state, digest, problem }) => ({ image, state, digest, problem })),
        [
          { image: 'a:1', state: 'fetched', digest: a.manifest.digest, problem: null },
          { image: 'ghcr.io/owner/b', state: 'fetched', digest: b.manifest.digest, problem: null },
        ],
      );
      assert.match(await logOf(record), /^\S+Z Looking up 2 images\n(.*\n)*\S+Z Done in /);

      forget();
      const second = await run('update');
      assert.match(second.out, /Done in .*: 0 images fetched \(0 B\), 2 unchanged\n$/);
      assert.deepEqual(asked().sort(), [
        'HEAD /v2/library/a/manifests/1',
        'HEAD /v2/owner/b/manifests/latest',
      ]);

      const changed = buildImage({ layers: [randomLayer('new', 1000)], platform: PLATFORM });
      addImage(hub, 'library/a', '1', changed);
      forget();
      assert.equal((await run('update')).status, 0);
      const gets = asked().filter((line) => line.startsWith('GET'));
      assert.deepEqual(
        gets.sort(),
        [
          ...[changed.config, ...changed.layers].map(({ digest }) => `GET /v2/library/a/blobs/${digest}`),
          `GET /v2/library/a/manifests/${changed.manifest.digest}`,
        ].sort(),
      );
    }),
  );

  it(
    'asks the mirror one HEAD for an image that is here, and has it send nothing of what it fetches',
    updating(async ({ hub, mirror, run, list }) => {
      const image = smallImage('a', { size: 6_000_000 });
      addImage(hub, 'library/a', '1', image);
      await list('a:1');
      const ours = () => mirror.requests.filter(({ agent }) => agent === 'docker-mirror-update');
      await run('update');
      // The log is written a moment later.
      const blobs = () => ours().filter(({ method, digest }) => method === 'GET' && digest !== undefined);
      await waitFor(() => new Set(blobs().map(({ digest }) => digest)).size > blobsOf(image).length, {
        what: 'the log tells of all blobs and the manifest',
      });
      // The last question is what refers to the image.
      await waitFor(() => ours().some(({ method, digest }) => method === 'GET' && digest === undefined), {
        what: 'the log tells of the end',
      });
      const sent = ours().reduce((sum, { bytes }) => sum + Number(bytes), 0);
      assert.ok(sent < uniqueBlobBytes(image) / 100, `${sent} bytes were sent`);
      const before = ours().length;
      await run('update');
      await waitFor(() => ours().length > before, { what: 'the log tells of the second update' });
      assert.deepEqual(
        ours()
          .slice(before)
          .map(({ method, tag, result }) => [method, tag, result]),
        [['HEAD', '1', 'revalidated']],
      );
    }),
  );

  it(
    'takes the platform of this host out of an index, or those that the settings name',
    updating(async ({ hub, run, list, env, asked, last }) => {
      const image = multiImage('m');
      addImage(hub, 'library/m', '1', image);
      await list('m:1');
      assert.equal((await run('update')).status, 0);
      const [own, other] = [PLATFORM, OTHER].map(({ architecture }) =>
        image.images.find(({ platform }) => platform.architecture === architecture),
      );
      assert.ok(asked().some((line) => line.endsWith(own?.manifest.digest ?? '?')));
      assert.ok(!asked().some((line) => line.endsWith(other?.manifest.digest ?? '?')));
      await writeFile(
        env['KCONFIG_CONFIG'] ?? '',
        `CONFIG_DOCKER_MIRROR_PLATFORMS="linux/amd64 linux/arm64"\nCONFIG_DOCKER_MIRROR_PRELOAD_IMAGES=y\n${NO_PRELOADS}`,
      );
      assert.equal((await run('update')).status, 0);
      assert.ok(asked().some((line) => line.endsWith(other?.config.digest ?? '?')));

      addImage(
        hub,
        'library/m',
        '2',
        buildIndex([buildImage({ layers: [], platform: { os: 'windows', architecture: 'amd64' } })]),
      );
      await list('m:2');
      assert.equal((await run('update')).status, 2);
      assert.match(
        (await last())?.images[0]?.problem ?? '',
        /not made for linux\/amd64, linux\/arm64, only for windows\/amd64: set DOCKER_MIRROR_PLATFORMS/,
      );
    }),
  );

  it(
    'keeps ready what the settings name, besides the list',
    updating(
      async ({ hub, run, list, layout }) => {
        addImage(hub, 'library/a', '1', smallImage('a'));
        addImage(hub, 'owner/b', '2', smallImage('b'));
        await list('a:1');
        const dry = await run('update', '--dry-run');
        assert.equal(dry.out, `a:1  (${layout.manifest}:1)\nghcr.io/owner/b:2  (settings)\n`);
        assert.equal(hub.requests.length, 0);
        assert.ok(!(await readdir(layout.run)).includes('update.json'));
        const { status, out } = await run('update', '--json');
        assert.equal(status, 0);
        const events = out
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>);
        assert.deepEqual(events.map(({ event }) => event).sort(), [
          'begun',
          'ended',
          'fetching',
          'fetching',
          'image',
          'image',
        ]);
        assert.deepEqual(
          events
            .filter(({ event }) => event === 'image')
            .map(({ image }) => image)
            .sort(),
          ['a:1', 'ghcr.io/owner/b:2'],
        );
      },
      {
        settings: `${NO_PRELOADS_BUT_CUSTOM}CONFIG_DOCKER_MIRROR_CUSTOM_IMAGES="a:1 ghcr.io/owner/b:2"\nCONFIG_DOCKER_MIRROR_PREFETCH_PARALLEL=2\n`,
      },
    ),
  );

  it(
    'goes on with the others when one image fails, and says which and why',
    updating(async ({ hub, run, list, last }) => {
      const image = smallImage('a');
      addImage(hub, 'library/a', '1', image);
      addImage(hub, 'library/broken', '1', smallImage('broken'));
      hub.on({ path: /broken\/blobs/, method: 'GET', plan: { status: 404 } });
      await list('NOT:an:image', 'gone:1', 'broken:1', 'quay.io/nobody/asked:1', 'a:1');
      const { status, out } = await run('update');
      assert.equal(status, 1);
      assert.match(out, /line 1 of the list: failed: .*is not/);
      assert.match(out, /gone:1: failed: /);
      assert.match(out, /broken:1: failed: /);
      assert.match(
        out,
        /quay\.io\/nobody\/asked:1: failed: this mirror does not fetch from quay\.io: add "- host: quay\.io"/,
      );
      assert.match(out, /a:1: fetched 3 blobs/);
      assert.match(out, /Done in part in .*: 1 image fetched .*, 0 unchanged, 4 failed\n$/);
      const record = await last();
      assert.equal(record?.result, 'partly');
      assert.deepEqual(
        record.images.map(({ state }) => state),
        ['failed', 'failed', 'failed', 'failed', 'fetched'],
      );
      await list('gone:1');
      assert.equal((await run('update')).status, 2);
      assert.equal((await last())?.result, 'failed');
    }),
  );

  it(
    'is honest about an upstream that is down, and about images that are held',
    updating(async ({ hub, run, list, last }) => {
      addImage(hub, 'library/a', '1', smallImage('a'));
      await list('a:1');
      assert.equal((await run('update')).status, 0);
      hub.on({ plan: { status: 503 } });
      const { status, out } = await run('update');
      assert.equal(status, 2);
      assert.match(out, /a:1: failed: docker\.io could not be asked; what was fetched earlier stays/);
      assert.equal((await last())?.result, 'failed');
    }),
  );

  it(
    'resumes what breaks off',
    updating(async ({ hub, run, list, last }) => {
      const image = smallImage('a', { size: 3_000_000 });
      addImage(hub, 'library/a', '1', image);
      hub.on({ path: /blobs/, method: 'GET', times: 2, plan: { cutAfter: 500_000 } });
      await list('a:1');
      assert.equal((await run('update')).status, 0);
      assert.equal((await last())?.images[0]?.state, 'fetched');
      assert.ok(hub.contentBytesSent < uniqueBlobBytes(image) * 1.1, 'nothing was sent twice');
    }),
  );

  it(
    'says that the mirror does not run',
    updating(async ({ mirror, run, list, last, layout }) => {
      await list('a:1');
      await mirror.stop();
      const { status, err } = await run('update');
      assert.equal(status, 2);
      assert.match(
        err,
        /^docker-mirror: the mirror in .* does not answer: .*ECONNREFUSED.*\nhint: .*docker-mirror start/,
      );
      const record = await last();
      assert.equal(record?.result, 'failed');
      assert.match(record.problem ?? '', /does not answer/);
      const waiting = run('update', '--wait', '20');
      await waitFor(async () => (await last())?.result === 'running', { what: 'the update waits' });
      await mirror.start();
      assert.equal((await waiting).status, 2, 'a:1 is not in the upstream');
      assert.match((await last())?.images[0]?.problem ?? '', /./);
      const nowhere = await run('update', '--path', join(layout.root, 'nowhere'));
      assert.notEqual(nowhere.status, 0);
    }),
  );

  it(
    'removes logs that are older than the setting, and nothing else',
    updating(
      async ({ run, list, layout }) => {
        const [old, young, other] = [
          'update-20200101-000000.log',
          'update-20200102-000000.log',
          'update-notes.log',
        ];
        const days = (count: number) => Date.now() / 1000 - count * 86_400;
        for (const [name, age] of [
          [old, 8],
          [young, 6],
          [other, 8],
        ] as const) {
          await writeFile(join(layout.logs, name), 'x');
          await utimes(join(layout.logs, name), days(age), days(age));
        }
        await list();
        const { status, out } = await run('update');
        assert.equal(status, 0);
        assert.match(out, /Looking up 0 images\nDone/);
        const names = await readdir(layout.logs);
        assert.deepEqual(
          [names.includes(old), names.includes(young), names.includes(other)],
          [false, true, true],
        );
        assert.equal(names.length, 3);
      },
      {
        settings: 'CONFIG_DOCKER_MIRROR_LOG_RETENTION=7\n# CONFIG_DOCKER_MIRROR_PRELOAD_IMAGES is not set\n',
      },
    ),
  );
});

describe('two updates', () => {
  it(
    'at once: the second says that the first is running, and does no harm; Ctrl-C is honest',
    updating(async ({ hub, run, list, last, begin, layout }) => {
      // With a layer in common the one would wait for the other.
      for (const name of ['a', 'b']) {
        const layers = [randomLayer(name, 1000)];
        addImage(hub, `library/${name}`, '1', buildImage({ layers, platform: PLATFORM }));
      }
      await list('a:1', 'b:1');
      hub.on({ path: /library\/b\/blobs/, plan: { blackHole: true } });
      const first = await begin();
      await waitFor(async () => (await last())?.images.some(({ state }) => state === 'fetched'), {
        what: 'a:1 is there',
      });
      const before = await last();
      const { status, out } = await run('update');
      assert.equal(status, 0);
      assert.equal(out, `An update is running already (process ${first.pid}, since ${before?.started}).\n`);
      assert.deepEqual(JSON.parse((await run('update', '--json')).out), {
        event: 'busy',
        pid: first.pid,
        since: before?.started,
      });
      assert.deepEqual(await last(), before);
      process.kill(first.pid, 'SIGINT');
      const { code } = await first.ended;
      assert.equal(code, 130);
      const after = await last();
      assert.equal(after?.result, 'interrupted');
      assert.deepEqual(
        after.images.map(({ state }) => state),
        ['fetched', 'waiting'],
      );
      assert.match(await logOf(after), /Interrupted in .*: 1 image fetched .*, 1 not done\n$/);
      assert.ok((await readdir(layout.run)).includes('update.json'));
    }),
  );

  it(
    'after each other: one that was killed blocks nobody',
    updating(async ({ hub, run, list, last, begin }) => {
      addImage(hub, 'library/a', '1', smallImage('a'));
      await list('a:1');
      hub.on({ path: /blobs/, times: 1, plan: { blackHole: true } });
      const first = await begin();
      await first.kill();
      assert.equal((await last())?.result, 'interrupted');
      hub.behave();
      const { status } = await run('update');
      assert.equal(status, 0);
      assert.equal((await last())?.result, 'done');
    }),
  );
});

describe('update, where not everything can be written', () => {
  it(
    'goes on without a log',
    updating(async ({ hub, run, list, last, layout }) => {
      addImage(hub, 'library/a', '1', smallImage('a'));
      await list('a:1');
      await mkdir(join(layout.root, 'aside'));
      await writeFile(join(layout.root, 'file'), '');
      await rename(layout.logs, join(layout.root, 'aside', 'logs'));
      await symlink(join(layout.root, 'file'), layout.logs);
      const { status, err } = await run('update');
      assert.equal(status, 0);
      assert.match(err, /^warning: cannot write the log .*ENOTDIR/);
      assert.deepEqual([(await last())?.result, (await last())?.log], ['done', null]);
    }),
  );
});
