import assert from 'node:assert/strict';
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { COMMANDS } from '#src/cli/commands.js';
import { imagesCommand } from '#src/cli/images.js';
import { runProgram } from '#src/cli/program.js';
import { SETTINGS as SETTINGS_FILES } from '#src/cli/settings.js';
import { run } from '#src/host/exec.js';
import { formatPlatform, platformOfHost } from '#src/oci/platform.js';
import { loadEngineConfig } from '#src/settings/load-config.js';
import { Parts } from '../../parts/cleanup.js';
import { fillStore } from '../../parts/fill-store.js';
import { multiImage, smallImage } from '../../parts/images.js';
import { MAIN } from '../../parts/mirror.js';
import { type MirrorFolder, mirrorFolder } from '../../parts/mirror-folder.js';
import { lacking } from '../../parts/needs.js';
import { emptyContext } from '../../unit/cli/support.js';

const notRoot = lacking({ root: true });
const HUB = { upstream: 'docker.io' };
const DIGEST = `sha256:${'0'.repeat(64)}`;

/** Settings that name two images, both in the ways that there are. */
const SETTINGS = {
  DOCKER_MIRROR_PRELOAD_MINIO: 'n',
  DOCKER_MIRROR_PRELOAD_MILVUS: 'n',
  DOCKER_MIRROR_PRELOAD_POSTGRES: 'n',
  DOCKER_MIRROR_PRELOAD_MYSQL: 'n',
  DOCKER_MIRROR_PRELOAD_MARIADB: 'n',
  DOCKER_MIRROR_PRELOAD_ELASTICSEARCH: 'n',
  DOCKER_MIRROR_PRELOAD_VLLM: 'n',
  DOCKER_MIRROR_PRELOAD_LMCACHE: 'n',
  DOCKER_MIRROR_PRELOAD_ETCD: 'n',
  DOCKER_MIRROR_PRELOAD_REGISTRY: 'n',
  DOCKER_MIRROR_PRELOAD_CUSTOM: 'y',
  DOCKER_MIRROR_CUSTOM_IMAGES: '"ghcr.io/owner/custom:1 busybox:1"',
};

describe('docs/images.md', () => {
  it('names every command', async () => {
    const page = await readFile(new URL('../../../../docs/images.md', import.meta.url), 'utf8');
    for (const { usage } of imagesCommand.commands) {
      assert.match(page, new RegExp(`^\\| .*\`${usage.split(' ')[0]}[ \`]`, 'm'), usage);
    }
  });
});

describe('docker-mirror images', () => {
  const parts = new Parts();
  let mirror: MirrorFolder;
  beforeEach(async () => {
    mirror = parts.add(await mirrorFolder());
    await settings(SETTINGS);
    await mkdir(mirror.layout.images);
  });
  afterEach(() => parts.close());

  async function settings(values: Readonly<Record<string, string>>): Promise<void> {
    const lines = Object.entries(values).map(([symbol, value]) => `CONFIG_${symbol}=${value}\n`);
    await writeFile(mirror.env['KCONFIG_CONFIG'] ?? '', lines.join(''));
  }

  function write(text: string): Promise<void> {
    return writeFile(mirror.layout.manifest, text);
  }

  function text(): Promise<string> {
    return readFile(mirror.layout.manifest, 'utf8');
  }

  /** The lines that are not made from the settings. */
  async function own(): Promise<string> {
    return (await text()).replace(/^# >>> docker-mirror:[\s\S]*^# <<< docker-mirror .*\n/m, '');
  }

  /** Runs a command in this process, through the command line's own parser. */
  async function command(...words: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    const world = emptyContext({
      env: mirror.env,
      engine: { ...emptyContext().engine, loadConfig: loadEngineConfig },
      settings: SETTINGS_FILES,
    });
    const exitCode = await runProgram(words, COMMANDS, '0', world);
    return { exitCode, stdout: world.stdout.text.trimEnd(), stderr: world.stderr.text.trimEnd() };
  }

  const images = (...words: string[]) => command('images', ...words);
  const imagesAsProcess = (...words: string[]) => mirror.command(['images', ...words], [1, 2]);

  it('lists what is kept ready, the list first, and where it is named', async () => {
    await write('# ours\nredis:7-alpine pin # x\nquay.io/minio/minio tags=/^R/ newest=2\n');
    const { exitCode, stdout } = await images('list');
    assert.equal(exitCode, 0);
    assert.deepEqual(stdout.split('\n'), [
      'redis:7-alpine pin  (line 2)',
      '    servable offline: no, it is not here',
      // The mirror of this test fetches from Docker Hub only.
      'quay.io/minio/minio tags=/^R/ newest=2  (line 3, also called minio/minio)',
      'ghcr.io/owner/custom:1  (settings, also called owner/custom:1)',
      'busybox:1  (settings)',
      '    servable offline: no, it is not here',
    ]);
    const all = JSON.parse((await images('list', '--json')).stdout) as Record<string, unknown>[];
    assert.deepEqual(
      all.map(({ image, from, line, pin, tags, newest, alias }) => [
        image,
        from,
        line,
        pin,
        tags,
        newest,
        alias,
      ]),
      [
        ['redis:7-alpine', 'list', 2, true, null, null, null],
        ['quay.io/minio/minio', 'list', 3, false, '/^R/', 2, 'minio/minio'],
        ['ghcr.io/owner/custom:1', 'settings', null, false, null, null, 'owner/custom:1'],
        ['busybox:1', 'settings', null, false, null, null, null],
      ],
    );
  });

  it('says of each platform whether it could be pulled offline, and what is missing', async () => {
    const image = multiImage('several');
    const [first] = image.images;
    assert.ok(first !== undefined);
    await fillStore(mirror.store, image, { ...HUB, repository: 'team/app', tag: '1.0' }, [first]);
    await fillStore(mirror.store, smallImage('small'), { ...HUB, repository: 'team/app', tag: '1.2' });
    await fillStore(mirror.store, smallImage('other'), { ...HUB, repository: 'team/app', tag: 'other' });
    const { platform } = first;
    const all = image.images.map((each) => formatPlatform(each.platform));
    await write(`team/app:1.0 platforms=${all.join(',')},linux/s390x\nteam/app tags=^1\n`);
    const { stdout } = await images('list');
    const [, one = '', , ...two] = stdout.split('\n');
    assert.match(one, new RegExp(`servable offline: .*${formatPlatform(platform)} yes`));
    assert.match(one, /linux\/s390x no, it is not made for that/);
    const others = all.filter((each) => each !== formatPlatform(platform));
    for (const each of others)
      assert.match(one, new RegExp(`${each} no, (missing \\d+ blobs? \\(|its manifest)`));
    assert.deepEqual(
      two.slice(0, 2).map((line) => line.replace(/: servable.*/, '')),
      ['    1.2', '    1.0'],
    );
    const [, chosen] = JSON.parse((await images('list', '--json')).stdout) as {
      held: { reference: string; digest: string; platforms: { servable: boolean }[] }[];
    }[];
    assert.deepEqual(
      chosen?.held.map(({ reference, platforms }) => [reference, platforms[0]?.servable]),
      [
        ['1.2', true],
        ['1.0', formatPlatform(platform) === formatPlatform(platformOfHost(process.arch))],
      ],
    );
  });

  it('tells lines that are wrong', async () => {
    await write('redis:7 pinn\n');
    const { exitCode, stderr } = await images('list');
    assert.equal(exitCode, 1);
    assert.match(stderr, /warning: \S+manifest\.txt:1: "pinn" is no option: did you mean pin/);
  });

  it('adds lines, changes them and takes them out, and leaves the rest as it is', async () => {
    await write('# ours\n  nginx:1 # web\n');
    const added = await images('add', 'alpine:3', 'ghcr.io/owner/app', 'nginx:1');
    assert.equal(added.exitCode, 0, added.stderr);
    assert.equal(
      added.stdout,
      'added in line 3: alpine:3\nadded in line 4: ghcr.io/owner/app\nunchanged in line 2: nginx:1',
    );
    await images('add', 'nginx:1', '--platforms', 'linux/arm64,linux/amd64', '--pin', '--archive');
    await images('add', 'nginx:1', '--pin-at', DIGEST);
    const chosen = await images('add', 'ghcr.io/owner/tool', '--tags', '>=1.4 <2', '--newest', '2');
    assert.equal(chosen.stdout, 'added in line 5: ghcr.io/owner/tool tags=>=1.4,<2 newest=2');
    assert.match(
      (await images('add', 'ghcr.io/owner/tool', '--tags', '/^1/')).stdout,
      /tags=\/\^1\/ newest=2$/,
    );
    assert.equal(
      await own(),
      `# ours\n  nginx:1 platforms=linux/arm64,linux/amd64 pin=${DIGEST} archive # web\nalpine:3\nghcr.io/owner/app\nghcr.io/owner/tool tags=/^1/ newest=2\n`,
    );
    const removed = await images('remove', 'docker.io/library/alpine:3', 'ghcr.io/owner/app');
    assert.equal(removed.stdout, 'removed from line 3: alpine:3\nremoved from line 3: ghcr.io/owner/app');
    await images('unpin', 'nginx:1');
    assert.equal(
      await own(),
      '# ours\n  nginx:1 platforms=linux/arm64,linux/amd64 archive # web\nghcr.io/owner/tool tags=/^1/ newest=2\n',
    );
  });

  it('adds nothing that the settings name already, unless it says more', async () => {
    await write('');
    assert.equal((await images('add', 'busybox:1')).stdout, 'kept ready by the settings already: busybox:1');
    assert.equal(await own(), '');
    assert.equal(
      (await images('pin', 'busybox:1', DIGEST)).stdout,
      `added in line 1: busybox:1 pin=${DIGEST}`,
    );
    assert.equal((await images('pin', 'busybox:1')).exitCode, 0);
    assert.equal(await own(), 'busybox:1 pin\n');
  });

  it('says how the settings are changed when it is they that name an image', async () => {
    const hintOf = async (image: string) => {
      const { exitCode, stderr } = await images('remove', image);
      assert.equal(exitCode, 1);
      return /^hint: run "docker-mirror (.*?)"/m.exec(stderr)?.[1] ?? stderr;
    };
    const words = (command: string) => command.split(/ (?=[^ ]*=)| (?=set)/);
    assert.equal(await hintOf('redis:7-alpine'), 'config set DOCKER_MIRROR_PRELOAD_REDIS=n');
    assert.equal(await hintOf('busybox:1'), 'config set DOCKER_MIRROR_CUSTOM_IMAGES=ghcr.io/owner/custom:1');
    await command(...words(await hintOf('busybox:1')));
    assert.equal(await hintOf('ghcr.io/owner/custom:1'), 'config set DOCKER_MIRROR_PRELOAD_CUSTOM=n');
    await command(...words(await hintOf('redis:7-alpine')));
    await command(...words(await hintOf('ghcr.io/owner/custom:1')));
    assert.equal((await images('list')).stdout, 'No images are to be kept ready.');
    await settings({ ...SETTINGS, DOCKER_MIRROR_PRELOAD_MILVUS: 'y' });
    assert.match(
      (await images('remove', 'quay.io/coreos/etcd:v3.5.5')).stderr,
      /PRELOAD_MILVUS=n", which takes out milvusdb\/milvus:\S+ and minio\/minio:\S+, too; nothing was changed/,
    );
  });

  it('does all of it or nothing', async () => {
    await write('nginx:1\n');
    assert.equal((await images('remove', 'nginx:1', 'absent:1')).exitCode, 1);
    assert.equal((await images('add', 'alpine:3', 'Not/An/Image')).exitCode, 2);
    assert.equal((await images('add', 'alpine:3', 'redis:6', '--tags', '^7')).exitCode, 1);
    assert.equal((await images('pin', 'nginx:1', 'latest')).exitCode, 2);
    assert.equal((await images('unpin', 'nginx:1', 'redis:9')).exitCode, 1);
    assert.equal(await own(), 'nginx:1\n');
  });

  it('refuses an image that would take the short name of another, unless it is forced', async () => {
    await write('quay.io/owner/app:1\n');
    const { exitCode, stderr } = await images('add', 'docker.io/owner/app:2');
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /"quay\.io\/owner\/app:1" \(line 1\) and "docker\.io\/owner\/app:2" \(line 2\)[\s\S]*--force/,
    );
    assert.equal((await images('add', 'docker.io/owner/app:2', '--force')).exitCode, 0);
    assert.equal(
      (await images('add', 'alpine:3')).exitCode,
      0,
      'what is so already keeps nothing from being added',
    );
  });

  it('only says what it would do', async () => {
    await write('nginx:1\n');
    for (const words of [
      ['add', 'alpine:3'],
      ['remove', 'nginx:1'],
      ['pin', 'nginx:1'],
    ]) {
      const { exitCode, stdout } = await images(...words, '--dry-run');
      assert.deepEqual([exitCode, stdout === ''], [0, false]);
    }
    assert.equal(await text(), 'nginx:1\n');
  });

  it('brings the part of the settings up to date, and says what was put right in it', async () => {
    await write('nginx:1\n');
    assert.equal((await images('sync')).exitCode, 0);
    const synced = await text();
    await write(synced.replace('busybox:1', 'busybox:2'));
    assert.match((await images('sync')).stderr, /warning: \S+manifest\.txt: lines 2 to 6, .* were changed/);
    assert.equal(await text(), `nginx:1\nbusybox:2\n${synced.replace('nginx:1\n', '')}`);
    await settings({ DOCKER_MIRROR_PRELOAD_IMAGES: 'n' });
    assert.equal((await images('sync')).stderr, '');
    assert.equal(await text(), 'nginx:1\nbusybox:2\n');
  });

  it('makes no folder where no mirror is', async () => {
    await rm(mirror.layout.images, { recursive: true });
    assert.match((await images('list')).stdout, /^busybox:1 {2}\(settings\)$/m);
    await images('sync');
    await assert.rejects(stat(mirror.layout.images), { code: 'ENOENT' });
    assert.equal((await images('add', 'nginx:1')).exitCode, 0);
    assert.match(await text(), /^nginx:1\n# >>> /);
  });

  it('offers the images of the list to a shell', async () => {
    await write('nginx:1 pin\nghcr.io/owner/app\n');
    for (const verb of ['remove', 'pin', 'unpin']) {
      const { stdout } = await command('--get-yargs-completions', 'docker-mirror', 'images', verb, '');
      assert.deepEqual(stdout.split('\n').sort(), ['ghcr.io/owner/app', 'nginx:1']);
    }
  });

  it('keeps files of another user theirs, as root', { skip: notRoot }, async () => {
    await write('nginx:1\n');
    await chown(mirror.layout.images, 4711, 4712);
    await chown(mirror.layout.manifest, 4711, 4712);
    // So that this user gets there, and can read the program.
    await chmod(`${mirror.root}/..`, 0o755);
    const { exitCode, stderr } = await imagesAsProcess('add', 'alpine:3');
    assert.equal(exitCode, 0, stderr);
    const { uid, gid } = await stat(mirror.layout.manifest);
    assert.deepEqual([uid, gid], [4711, 4712]);
    assert.equal(await own(), 'nginx:1\nalpine:3\n');
  });

  it('is written by update as the owner of its folder, as root', { skip: notRoot }, async () => {
    await write('nginx:1\n');
    await chown(mirror.layout.images, 4711, 4712);
    await chmod(`${mirror.root}/..`, 0o755);
    const { stderr } = await mirror.command(['update'], [1, 2]);
    assert.match(stderr, /does not answer/);
    const { uid } = await stat(mirror.layout.manifest);
    assert.equal(uid, 4711);
    assert.match(await text(), /^nginx:1\n# >>> [\s\S]*\nbusybox:1\n# <<< /);
  });

  it('counts what the settings name where the list cannot be written, as another user', {
    skip: notRoot,
  }, async () => {
    await write('nginx:1\n');
    await chmod(`${mirror.root}/..`, 0o755);
    const settingsFile = mirror.env['KCONFIG_CONFIG'] ?? '';
    const listed = await run(
      'setpriv',
      ['--reuid=4711', '--regid=4712', '--clear-groups', process.execPath, MAIN, 'images', 'list'],
      { env: { ...mirror.env, KCONFIG_CONFIG: settingsFile }, accept: [1] },
    );
    assert.match(listed.stdout, /busybox:1/);
    assert.match(
      listed.stderr,
      /warning: the images of the settings count, and are not written into the list/,
    );
    assert.equal(await text(), 'nginx:1\n');
  });
});
