import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { run } from '#src/host/exec.js';
import { asPart, Parts } from '../../parts/cleanup.js';
import { fillStore } from '../../parts/fill-store.js';
import { buildImage, type Image, smallImage } from '../../parts/images.js';
import { randomBytesOf, sha256 } from '../../parts/layers.js';
import { MAIN } from '../../parts/mirror.js';
import { type MirrorFolder, mirrorFolder } from '../../parts/mirror-folder.js';
import { lacking } from '../../parts/needs.js';
import { waitFor } from '../../parts/wait.js';

const HUB = { tag: '1', upstream: 'docker.io' };
const notRoot = lacking({ root: true });

describe('docker-mirror archive', () => {
  const parts = new Parts();
  let mirror: MirrorFolder;
  beforeEach(async () => {
    mirror = parts.add(await mirrorFolder());
  });
  afterEach(() => parts.close());

  /** Runs it in the background, to be ended in the middle. */
  function start(...words: string[]): { child: ChildProcess; ended: Promise<string>; errors: () => string } {
    const child = spawn(process.execPath, [MAIN, ...words], {
      env: mirror.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors += String(chunk);
    });
    const ended = new Promise<string>((resolve) =>
      child.once('close', (code, signal) => resolve(`${signal ?? code}`)),
    );
    parts.add(
      asPart(async () => {
        child.kill('SIGKILL');
        await ended;
      }),
    );
    return { child, ended, errors: () => errors };
  }

  function files(): Promise<string[]> {
    return readdir(mirror.layout.archives).then((names) => names.sort());
  }

  /** An archive of the tag as it was before, and an image that takes seconds to compress. */
  async function oldArchive(): Promise<Buffer> {
    await fillStore(mirror.store, smallImage('old'), { ...HUB, repository: 'library/app' });
    await mirror.command(['archive', 'app:1']);
    await fillStore(mirror.store, slowImage(), { ...HUB, repository: 'library/app' });
    return await readFile(join(mirror.layout.archives, 'app_1.tar.gz'));
  }

  async function untilHalfWritten(): Promise<void> {
    const isThere = async () => {
      const name = (await files()).find((each) => each.endsWith('.tmp'));
      return name !== undefined && (await stat(join(mirror.layout.archives, name))).size > 1_000_000;
    };
    await waitFor(() => isThere().catch(() => false), { what: 'an archive is half written', interval: 10 });
  }

  it('leaves the old one when it is killed, and the next run tidies up', async () => {
    const before = await oldArchive();
    const { child, ended } = start('archive', 'app:1');
    await untilHalfWritten();
    child.kill('SIGKILL');
    assert.equal(await ended, 'SIGKILL');
    assert.ok((await readFile(join(mirror.layout.archives, 'app_1.tar.gz'))).equals(before));
    await run('sha256sum', ['--check', 'app_1.tar.gz.sha256'], { cwd: mirror.layout.archives });
    assert.ok((await files()).length > 2);
    const { stdout } = await mirror.command(['archive', 'app:1']);
    assert.match(stdout, /^app:1: written: /);
    // The lock of one that was killed is taken over, and stays as an empty one.
    const left = (await files()).filter((name) => !name.endsWith('.lock'));
    assert.deepEqual(left, ['app_1.tar.gz', 'app_1.tar.gz.sha256']);
    await run('sha256sum', ['--check', 'app_1.tar.gz.sha256'], { cwd: mirror.layout.archives });
  });

  it('leaves the old one and nothing else at Ctrl-C, and says so', async () => {
    const before = await oldArchive();
    const { child, ended, errors } = start('archive', 'app:1');
    await untilHalfWritten();
    child.kill('SIGINT');
    assert.equal(await ended, '130', errors());
    assert.match(errors(), /interrupted: the archive that was being written is as it was before/);
    assert.ok((await readFile(join(mirror.layout.archives, 'app_1.tar.gz'))).equals(before));
    assert.deepEqual(await files(), ['app_1.tar.gz', 'app_1.tar.gz.sha256']);
  });

  it('leaves the old one and nothing else when the disk is full', { skip: notRoot }, async () => {
    await mkdir(mirror.layout.archives, { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', mirror.layout.archives]);
    const before = await oldArchive();
    const { exitCode, stderr } = await mirror.command(['archive', 'app:1'], [1]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /app:1: failed: .*ENOSPC.*\nhint: make room on that disk/);
    assert.ok((await readFile(join(mirror.layout.archives, 'app_1.tar.gz'))).equals(before));
    assert.deepEqual(await files(), ['app_1.tar.gz', 'app_1.tar.gz.sha256']);
  });

  it('takes the list, telling its wrong lines, and fails when an image does', async () => {
    await fillStore(mirror.store, smallImage('listed'), { ...HUB, repository: 'library/listed' });
    await mkdir(mirror.layout.images, { recursive: true });
    await writeFile(mirror.layout.manifest, '# kept\nlisted:1\nNot A Name\nabsent:1\n');
    await writeFile(mirror.env['KCONFIG_CONFIG'] ?? '', '# CONFIG_DOCKER_MIRROR_PRELOAD_IMAGES is not set\n');
    const { exitCode, stdout, stderr } = await mirror.command(['archive', '--all', '--json'], [1]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /warning: \S+manifest\.txt:3: "Not" is not an image reference/);
    const events = stdout.split('\n').map((line) => JSON.parse(line) as { event: string });
    assert.deepEqual(
      events.map(({ event }) => event).filter((event) => event !== 'progress'),
      ['begun', 'archived', 'failed', 'ended'],
    );
  });

  it('compresses as the settings say', async () => {
    await writeFile(
      mirror.env['KCONFIG_CONFIG'] ?? '',
      'CONFIG_DOCKER_MIRROR_ARCHIVE=y\nCONFIG_DOCKER_MIRROR_ARCHIVE_UNCOMPRESSED=y\n',
    );
    await fillStore(mirror.store, smallImage('plain'), { ...HUB, repository: 'library/plain' });
    await mirror.command(['archive', 'plain:1']);
    assert.deepEqual(await files(), ['plain_1.tar', 'plain_1.tar.sha256']);
  });

  it('says what is wrong with what was typed', async () => {
    for (const [words, message] of [
      [['archive'], /the name of an image, or --all, is needed/],
      [['archive', '--all', 'x'], /--all leaves no room for names/],
      [['archive', 'x', '--platform', 'amd64'], /expected a platform such as linux\/amd64/],
      [['import', '-', '-'], /standard input can be read only once/],
      [['import', 'a', 'b', '--name', 'x'], /--name is for one file/],
    ] as const) {
      const { exitCode, stderr } = await mirror.command(words, [2]);
      assert.equal(exitCode, 2, words.join(' '));
      assert.match(stderr, message);
    }
    const { stderr } = await mirror.command(['archive', 'x', '--path', `${mirror.root}/none`], [1]);
    assert.match(stderr, /there is no mirror in .*\nhint: run "docker-mirror start"/);
  });
});

describe('docker-mirror import as root', { skip: notRoot }, () => {
  const parts = new Parts();
  afterEach(() => parts.close());

  it('writes as the user whom the store belongs to, reading what only root may', async () => {
    const nobody = 65_534;
    const [from, to] = [parts.add(await mirrorFolder()), parts.add(await mirrorFolder())];
    await fillStore(from.store, smallImage('owned'), { ...HUB, repository: 'library/owned' });
    await from.command(['archive', 'owned:1', '--output', from.root]);
    await run('chmod', ['600', `${from.root}/owned_1.tar.gz`]);
    await run('chmod', ['711', `${to.root}/..`]);
    await chown(to.layout.registry, nobody, nobody);
    await to.command(['import', `${from.root}/owned_1.tar.gz`]);
    const { stdout } = await run('find', [to.layout.registry, '!', '-user', String(nobody)]);
    assert.equal(stdout, '');
    assert.ok((await to.store.repositories.readTag('library/owned', '1')) !== undefined);
  });
});

/** Its layer is not compressed, and does not get smaller. */
function slowImage(): Image {
  const bytes = randomBytesOf('slow', 30_000_000);
  return buildImage({ layers: [{ bytes, digest: sha256(bytes), diffId: sha256(bytes) }] });
}
