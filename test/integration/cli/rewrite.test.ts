import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { rewriteCommand } from '#src/cli/rewrite.js';
import { Parts } from '../../parts/cleanup.js';
import { type Mirror, startMirror } from '../../parts/mirror.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';
import { Sandbox } from './sandbox.js';

describe('docker-mirror rewrite', () => {
  const parts = new Parts();
  const at = {} as { mirror: Mirror; folder: TempFolder; sandbox: Sandbox; path: string };

  before(async () => {
    at.sandbox = await Sandbox.make();
    at.folder = parts.add(await tempFolder('dm-rewrite'));
    const images = at.folder.file('images.txt');
    await writeFile(images, 'quay.io/minio/minio:latest\n');
    const endpoint = 'http://127.0.0.1:9';
    const upstreams = ['docker.io', 'quay.io', 'ghcr.io'].map((host) => ({ host, endpoint }));
    at.mirror = parts.add(await startMirror({ upstreams, images }));
    at.path = at.folder.file('mirror');
    await mkdir(`${at.path}/config`, { recursive: true });
    await symlink(at.mirror.config, `${at.path}/config/config.yml`);
  });
  after(async () => {
    await parts.close();
    await at.sandbox.remove();
  });

  /** Arguments as the parser gives them, with the list of images. */
  function rewrite(
    images: readonly string[],
    options: Record<string, string | boolean> = {},
    input: string[] = [],
  ) {
    const lines = [...input];
    const stdin = {
      isTerminal: false,
      open: () => ({ next: async () => lines.shift(), close: () => undefined }),
    };
    return at.sandbox.run(rewriteCommand, { path: at.path, images: images as never, ...options }, { stdin });
  }

  const address = () => `127.0.0.1:${at.mirror.port}`.replace('127.0.0.1', 'localhost');

  it('prints the names of the mirror that answers, one a line', async () => {
    assert.deepEqual(await rewrite(['redis:7', 'quay.io/minio/minio:latest', 'ghcr.io/owner/app']), {
      status: 0,
      out: `${address()}/redis:7\n${address()}/minio/minio:latest\n${address()}/ghcr.io/owner/app\n`,
      err: '',
    });
    const full = await rewrite(['redis:7'], { style: 'full' });
    assert.equal(full.out, `${address()}/docker.io/library/redis:7\n`);
  });

  it('reads names from standard input', async () => {
    const { out } = await rewrite(['-', 'b'], {}, ['# a list', 'a:1  # one', '', ' c ']);
    assert.equal(out, ['a:1', 'c', 'b'].map((name) => `${address()}/${name}\n`).join(''));
  });

  it('prints them for guests', async () => {
    for (const [host, expected] of [
      ['192.168.122.1', `192.168.122.1:${at.mirror.port}`],
      ['mirror.lab:80', 'mirror.lab:80'],
      ['fe80::1', `[fe80::1]:${at.mirror.port}`],
      ['[fe80::1]:80', '[fe80::1]:80'],
    ] as const)
      assert.equal((await rewrite(['a'], { host })).out, `${expected}/a\n`);
    assert.equal((await rewrite(['a'], { host: 'a/b' })).status, 2);
  });

  it('leaves what the mirror does not have alone, and what is no image, and says so', async () => {
    const other = await rewrite(['mcr.microsoft.com/x', 'a']);
    assert.deepEqual([other.status, other.out], [0, `mcr.microsoft.com/x\n${address()}/a\n`]);
    assert.match(other.err, /does not fetch from mcr\.microsoft\.com/);
    const wrong = await rewrite(['A B', 'a']);
    assert.deepEqual([wrong.status, wrong.out], [1, `A B\n${address()}/a\n`]);
    assert.match(wrong.err, /A B/);
  });

  it('prints JSON', async () => {
    const { out } = await rewrite(['a'], { json: true });
    assert.deepEqual(JSON.parse(out), [{ image: 'a', name: `${address()}/a`, style: 'short' }]);
  });

  it('prints the original names when no mirror answers, and says so', async () => {
    const none = await rewrite(['a', 'b:1'], { path: at.folder.file('nothing') });
    assert.deepEqual([none.status, none.out], [0, 'a\nb:1\n']);
    assert.match(none.err, /no mirror is set up here/);
    await at.mirror.stop();
    const stopped = await rewrite(['a']);
    assert.deepEqual([stopped.status, stopped.out], [0, 'a\n']);
    assert.match(stopped.err, /no mirror answers/);
    await writeFile(at.mirror.config, 'version: 7\n');
    const broken = await rewrite(['a']);
    assert.deepEqual([broken.status, broken.out], [0, 'a\n']);
    assert.match(broken.err, /version/);
  });
});
