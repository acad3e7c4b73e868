import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import bcrypt from 'bcryptjs';
import { Parts } from '../../parts/cleanup.js';
import { multiImage, smallImage } from '../../parts/images.js';
import { tempFolder } from '../../parts/temp.js';
import { waitFor } from '../../parts/wait.js';
import { makeCertificate } from '../certificates.js';
import { addImage, updating } from './updating.js';

/** A file as `docker login` writes it. */
function loginFor(address: string, user: string, password: string): string {
  return JSON.stringify({
    auths: { [address]: { auth: Buffer.from(`${user}:${password}`).toString('base64') } },
  });
}

describe('update, of a mirror that asks for a password', () => {
  it('logs in as this user does, or says what is missing', async () => {
    await using parts = new Parts();
    const folder = parts.add(await tempFolder('dm-login'));
    const htpasswd = folder.file('htpasswd');
    await writeFile(htpasswd, `ann:${bcrypt.hashSync('pass:wörd', 4)}\n`);
    await updating(
      async ({ hub, mirror, run, list, env }) => {
        addImage(hub, 'library/a', '1', smallImage('a'));
        await list('a:1');
        const without = await run('update');
        assert.equal(without.status, 2);
        assert.match(
          without.err,
          new RegExp(
            `wants a user and a password, and none is known for localhost:${mirror.port} or .*\\nhint: run "docker login localhost:${mirror.port}"`,
          ),
        );
        const login = join(env['HOME'] ?? '', '.docker', 'config.json');
        await mkdir(dirname(login), { recursive: true });
        await writeFile(login, loginFor(`localhost:${mirror.port}`, 'ann', 'wrong'));
        const wrong = await run('update');
        assert.equal(wrong.status, 2);
        assert.match(wrong.out, /a:1: failed: the mirror wants a user and a password: run "docker login"/);
        await writeFile(login, loginFor(`localhost:${mirror.port}`, 'ann', 'pass:wörd'));
        const right = await run('update');
        assert.deepEqual([right.status, right.err], [0, '']);
        for (const { out, err } of [without, wrong, right]) assert.doesNotMatch(out + err, /pass:w|YW5u/);
      },
      { htpasswd },
    )();
  });
});

describe('update, of a mirror with TLS', () => {
  it('trusts its own certificate, whatever names are on it, and no other', async () => {
    await using parts = new Parts();
    const folder = parts.add(await tempFolder('dm-tls'));
    const { certificate, key } = await makeCertificate(folder.path, 'mirror');
    const { certificate: other } = await makeCertificate(folder.path, 'other');
    const ca = await readFile(certificate, 'utf8');
    await updating(
      async ({ hub, run, list, layout }) => {
        addImage(hub, 'library/a', '1', smallImage('a'));
        await list('a:1');
        const { status, err, out } = await run('update');
        assert.deepEqual([status, err], [0, ''], out);
        const text = await readFile(layout.config, 'utf8');
        await writeFile(layout.config, text.replace(certificate, other));
        const refused = await run('update');
        assert.equal(refused.status, 2);
        assert.match(refused.out, /it shows another certificate than that of the mirror/);
      },
      { tls: { certificate, key, ca } },
    )();
  });
});

describe('pull', () => {
  it(
    'fetches images now, for the platforms asked for',
    updating(async ({ hub, run, asked, last }) => {
      const image = multiImage('m');
      addImage(hub, 'owner/m', '1', image);
      const { status, out, err } = await run(
        'pull',
        'ghcr.io/owner/m:1',
        '--platform',
        'linux/amd64,linux/arm64',
      );
      assert.deepEqual([status, err], [0, '']);
      assert.match(out, /ghcr\.io\/owner\/m:1: fetched 5 blobs/);
      for (const { config } of image.images) assert.ok(asked().some((line) => line.endsWith(config.digest)));
      assert.equal(await last(), undefined, 'it is no update');
      assert.equal((await run('pull', `ghcr.io/owner/m@${image.manifest.digest}`, 'gone:1')).status, 1);
      assert.equal((await run('pull', 'gone:1')).status, 2);
      for (const words of [['Not/An/Image'], ['a:1', '--platform', 'amd64'], []]) {
        assert.equal((await run('pull', ...words)).status, 2);
      }
      assert.match(
        (await run('pull', 'Not/An/Image')).err,
        /not an image reference\nhint: repository names are lower case/,
      );
    }),
  );

  it(
    'and a client share one transfer',
    updating(async ({ hub, mirror, run }) => {
      const image = smallImage('a', { size: 2_000_000 });
      addImage(hub, 'library/a', '1', image);
      hub.on({ path: /blobs/, method: 'GET', plan: { rate: 1_500_000 } });
      const blob = image.layers[1]?.digest ?? '';
      const pulling = run('pull', 'a:1');
      const isAsked = () => hub.requests.some(({ method, path }) => method === 'GET' && path.endsWith(blob));
      await waitFor(isAsked, { what: 'the blob is being fetched' });
      const answer = await fetch(`${mirror.url}/v2/library/a/blobs/${blob}`);
      assert.equal((await answer.arrayBuffer()).byteLength, image.layers[1]?.bytes.length);
      assert.equal((await pulling).status, 0);
      assert.equal(
        hub.requests.filter(({ method, path }) => method === 'GET' && path.endsWith(blob)).length,
        1,
      );
    }),
  );
});
