import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { randomBytesOf, sha256 } from '../../parts/layers.js';
import { MAIN, type Mirror, startMirror } from '../../parts/mirror.js';
import { expectStatus, RegistryClient } from '../../parts/registry-client.js';
import { waitFor } from '../../parts/wait.js';
import { inFolder } from '../host/folder.js';

/** Runs `serve` with a configuration that it is to refuse. */
function refused(path: string): Promise<{ status: unknown; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, 'serve', path], { timeout: 20_000 }, (error, out, err) =>
      resolve({ status: error?.code ?? 0, out, err }),
    );
  });
}

/** Begins to send a body of that length, and leaves it unfinished after `part`. */
function beginSending(mirror: Mirror, location: string, part: Buffer, length: number) {
  const url = new URL(location, mirror.url);
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(length) };
  const sending = httpRequest(url, { method: 'PATCH', headers, agent: false });
  const cut = new Promise<void>((resolve) => {
    sending.once('close', () => resolve());
  });
  sending.on('error', () => undefined);
  sending.write(part);
  return { cut, finish: (rest: Buffer) => sending.end(rest), sending };
}

/** The bytes of an upload that the mirror has. */
async function received(client: RegistryClient, location: string): Promise<number> {
  const answer = await client.send(location);
  expectStatus(answer, 204, 'asking for the upload');
  return Number(/^0-(\d+)$/.exec(answer.header('range') ?? '')?.[1] ?? '-1') + 1;
}

describe('serve', () => {
  it('refuses to start with a file that cannot be used: status 78, the line and the key, and no port', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'config.yml');
      const users = join(folder, 'users');
      await writeFile(
        path,
        `version: 0.1\nstorage: {filesystem: {rootdirectory: ${folder}/data}}\nauth:\n  htpasswd: {realm: r, path: ${users}}\n`,
      );
      const missing = await refused(path);
      assert.deepEqual([missing.status, missing.out], [78, '']);
      assert.ok(missing.err.startsWith(`docker-mirror: ${path}:4:`), missing.err);
      assert.ok(missing.err.endsWith(`: auth.htpasswd.path: ${users} is not there\n`), missing.err);
      await writeFile(users, 'somebody:{SHA}notbcrypt\n');
      const wrong = await refused(path);
      assert.equal(wrong.status, 78);
      assert.match(wrong.err, /:4:\d+: auth\.htpasswd\.path: .*users:1: expected a bcrypt hash/);
      assert.doesNotMatch(wrong.err, /notbcrypt/);
    }));

  it('starts without the list of images that it names', async () => {
    await using mirror = await startMirror({ images: '/nonexistent/images.txt' });
    assert.equal((await new RegistryClient(mirror).send('/v2/')).status, 200);
  });

  it('keeps what has arrived of an upload when it is stopped: the next start takes it up', async () => {
    await using mirror = await startMirror({
      push: 'loopback',
      env: { REGISTRY_HTTP_DRAINTIMEOUT: '200ms' },
    });
    const client = new RegistryClient(mirror);
    const bytes = randomBytesOf('serve-upload', 4_000_000);
    const half = bytes.subarray(0, 2_500_000);
    const begun = await client.send('/v2/team/app/blobs/uploads/', { method: 'POST' });
    expectStatus(begun, 202, 'beginning an upload');
    const location = begun.header('location') ?? '';
    const { cut } = beginSending(mirror, location, half, bytes.length);
    await writtenToDisk(mirror, half.length);
    const end = await mirror.stop();
    assert.deepEqual(end, { code: 0, signal: null });
    await cut;
    await mirror.start();
    const have = await received(client, location);
    assert.equal(have, half.length);
    const headers = {
      'content-type': 'application/octet-stream',
      'content-range': `${have}-${bytes.length - 1}`,
    };
    const rest = await client.send(location, { method: 'PATCH', headers, body: bytes.subarray(have) });
    expectStatus(rest, 202, 'sending the rest');
    const done = new URL(rest.header('location') ?? location, mirror.url);
    done.searchParams.set('digest', sha256(bytes));
    expectStatus(await client.send(done.href, { method: 'PUT' }), 201, 'finishing the upload');
    const got = await client.downloadBlob('team/app', sha256(bytes));
    assert.deepEqual([got.status, got.digest], [200, sha256(bytes)]);
  });

  it('lets an upload finish that does so within http.draintimeout', async () => {
    await using mirror = await startMirror({ push: 'loopback', env: { REGISTRY_HTTP_DRAINTIMEOUT: '30s' } });
    const client = new RegistryClient(mirror);
    const bytes = randomBytesOf('serve-drain', 1_000_000);
    const begun = await client.send('/v2/team/app/blobs/uploads/', { method: 'POST' });
    const { sending, finish } = beginSending(
      mirror,
      begun.header('location') ?? '',
      bytes.subarray(0, 500_000),
      bytes.length,
    );
    await writtenToDisk(mirror, 500_000);
    const stopped = mirror.stop();
    await waitFor(() => mirror.log.some(({ msg }) => msg === 'stopping'), { what: 'it is stopping' });
    assert.equal(mirror.log.find(({ msg }) => msg === 'stopping')?.['graceMs'], 30_000);
    const answered = once(sending, 'response');
    finish(bytes.subarray(500_000));
    const [response] = await answered;
    assert.equal(response.statusCode, 202);
    response.resume();
    assert.deepEqual(await stopped, { code: 0, signal: null });
  });
});

/** Waits until so many bytes of an upload are in the store. */
async function writtenToDisk(mirror: Mirror, size: number): Promise<void> {
  await waitFor(
    async () => {
      const { stdout } = await new Promise<{ stdout: string }>((resolve, reject) => {
        execFile(
          'find',
          [mirror.rootDirectory, '-path', '*_uploads*', '-name', 'data', '-size', `${size}c`],
          (error, stdout) => (error === null ? resolve({ stdout }) : reject(error)),
        );
      });
      return stdout !== '';
    },
    { what: `${size} bytes are in the store` },
  );
}
