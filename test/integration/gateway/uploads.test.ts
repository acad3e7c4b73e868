import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { uploadFolder } from '#src/store/layout.js';
import { randomBytesOf, sha256 } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import type { TestMirror } from './mirror.js';
import { beginUpload, pushBlob } from './pushing.js';
import { errorCodeOf, lines, scene } from './scene.js';

const BLOB = randomBytesOf('uploads', 300_000);
const DIGEST = sha256(BLOB);

describe('a blob is pushed', () => {
  it(
    'in one request',
    scene(async ({ mirror }) => {
      const answer = await pushBlob(mirror, 'mine/app', BLOB);
      assert.equal(answer.status, 201);
      assert.equal(answer.header('docker-content-digest'), DIGEST);
      assert.equal(answer.header('location'), `${mirror.url}/v2/mine/app/blobs/${DIGEST}`);
      await assertThere(mirror);
    }),
  );

  it(
    'in two requests',
    scene(async ({ mirror }) => {
      const begun = await mirror.send('/v2/mine/app/blobs/uploads/', { method: 'POST' });
      assert.equal(begun.status, 202);
      assert.match(begun.header('docker-upload-uuid') ?? '', /^[0-9a-f-]{36}$/);
      assert.equal(begun.header('range'), '0-0');
      const path = new URL(begun.header('location') ?? '').pathname;
      const done = await mirror.send(`${path}?digest=${DIGEST}`, { method: 'PUT', body: BLOB });
      assert.equal(done.status, 201);
      await assertThere(mirror);
      assert.equal((await mirror.send(path)).status, 404, 'the upload is over');
    }),
  );

  it(
    'in ordered chunks, with and without ranges, the last one in the PUT, across a restart',
    scene(async ({ mirror }) => {
      const path = await beginUpload(mirror, 'mine/app');
      const first = await patch(mirror, path, 0, 100_000);
      assert.equal(first.status, 202);
      assert.equal(first.header('range'), '0-99999');
      const second = await mirror.send(path, { method: 'PATCH', body: BLOB.subarray(100_000, 150_000) });
      assert.equal(second.header('range'), '0-149999');
      await mirror.restart();
      const status = await mirror.send(path);
      assert.equal(status.status, 204);
      assert.equal(status.header('range'), '0-149999');
      assert.equal((await patch(mirror, path, 150_000, 250_000)).status, 202);
      const done = await mirror.send(`${path}?digest=${DIGEST}`, {
        method: 'PUT',
        headers: { 'content-range': '250000-299999' },
        body: BLOB.subarray(250_000),
      });
      assert.equal(done.status, 201, done.text());
      await assertThere(mirror);
    }),
  );

  it(
    'under a sha512 digest',
    scene(async ({ mirror }) => {
      const digest = `sha512:${createHash('sha512').update(BLOB).digest('hex')}`;
      const path = `/v2/mine/app/blobs/uploads/?digest=${digest}`;
      assert.equal((await mirror.send(path, { method: 'POST', body: BLOB })).status, 201);
      assert.deepEqual((await mirror.send(`/v2/mine/app/blobs/${digest}`)).body, BLOB);
    }),
  );
});

describe('a chunk is refused', () => {
  it(
    'out of order, telling where to go on',
    scene(async ({ mirror }) => {
      const path = await beginUpload(mirror, 'mine/app');
      await patch(mirror, path, 0, 1000);
      for (const [start, end] of [
        [2000, 3000],
        [0, 1000],
      ] as const) {
        const answer = await patch(mirror, path, start, end);
        assert.equal(answer.status, 416);
        assert.equal(errorCodeOf(answer), 'RANGE_INVALID');
        assert.equal(answer.header('range'), '0-999');
        assert.equal(new URL(answer.header('location') ?? '').pathname, path);
      }
      assert.equal((await patch(mirror, path, 1000, 2000)).header('range'), '0-1999');
    }),
  );

  for (const range of ['0-99', '5-1', 'x', 'bytes', '-5']) {
    it(
      `with Content-Range ${range} for a thousand bytes`,
      scene(async ({ mirror }) => {
        const path = await beginUpload(mirror, 'mine/app');
        const options = {
          method: 'PATCH',
          body: BLOB.subarray(0, 1000),
          headers: { 'content-range': range },
        };
        const answer = await mirror.send(path, options);
        assert.equal(answer.status, 400);
        assert.equal(errorCodeOf(answer), 'BLOB_UPLOAD_INVALID');
        assert.equal((await mirror.send(path)).header('range'), '0-0');
      }),
    );
  }

  it(
    'while another one is coming in, and that one is not harmed',
    scene(async ({ mirror }) => {
      const path = await beginUpload(mirror, 'mine/app');
      const slow = request(`${mirror.url}${path}`, { method: 'PATCH', agent: false });
      const answered = new Promise<number>((resolve, reject) => {
        slow.once('response', (response) => resolve(response.resume().statusCode ?? 0));
        slow.once('error', reject);
      });
      slow.write(BLOB.subarray(0, 1000));
      await untilComing(mirror, path);
      const second = await mirror.send(path, { method: 'PATCH', body: 'x' });
      assert.equal(second.status, 503);
      assert.equal(errorCodeOf(second), 'UNAVAILABLE');
      assert.equal(second.header('retry-after'), '1');
      slow.end(BLOB.subarray(1000));
      assert.equal(await answered, 202);
      const done = await mirror.send(`${path}?digest=${DIGEST}`, { method: 'PUT' });
      assert.equal(done.status, 201);
      await assertThere(mirror);
    }),
  );
});

describe('an upload', () => {
  it(
    'with the wrong digest is refused and still there',
    scene(async ({ mirror }) => {
      const path = await beginUpload(mirror, 'mine/app');
      await mirror.send(path, { method: 'PATCH', body: BLOB });
      const wrong = await mirror.send(`${path}?digest=${sha256(Buffer.from('other'))}`, { method: 'PUT' });
      assert.equal(wrong.status, 400);
      assert.equal(errorCodeOf(wrong), 'DIGEST_INVALID');
      for (const query of ['', '?digest=', '?digest=sha256:12']) {
        const answer = await mirror.send(`${path}${query}`, { method: 'PUT' });
        assert.equal(answer.status, 400);
        assert.equal(errorCodeOf(answer), 'DIGEST_INVALID');
      }
      assert.equal((await mirror.send(`${path}?digest=${DIGEST}`, { method: 'PUT' })).status, 201);
      await assertThere(mirror);
    }),
  );

  it(
    'in one request with the wrong digest leaves nothing behind',
    scene(async ({ mirror }) => {
      const path = `/v2/mine/app/blobs/uploads/?digest=${sha256(Buffer.from('other'))}`;
      assert.equal((await mirror.send(path, { method: 'POST', body: BLOB })).status, 400);
      const bad = await mirror.send('/v2/mine/app/blobs/uploads/?digest=x', { method: 'POST', body: BLOB });
      assert.equal(bad.status, 400);
      for await (const { id } of mirror.store.uploads.stale(new Date('2100-01-01'))) assert.fail(id);
    }),
  );

  it(
    'is cancelled',
    scene(async ({ mirror }) => {
      const path = await beginUpload(mirror, 'mine/app');
      assert.equal((await mirror.send(path, { method: 'DELETE' })).status, 204);
      for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
        const query = method === 'PUT' ? `?digest=${DIGEST}` : '';
        const answer = await mirror.send(`${path}${query}`, { method });
        assert.equal(answer.status, 404, method);
        assert.equal(errorCodeOf(answer), 'BLOB_UPLOAD_UNKNOWN');
      }
    }),
  );

  it(
    'is known in its own repository only',
    scene(async ({ mirror }) => {
      const path = await beginUpload(mirror, 'mine/app');
      assert.equal((await mirror.send(path.replace('mine/app', 'mine/other'))).status, 404);
      assert.equal((await mirror.send(path)).status, 204);
    }),
  );

  it(
    'whose client went away keeps what came, and is no failure of the mirror',
    scene(async ({ mirror }) => {
      const path = await beginUpload(mirror, 'mine/app');
      const leaving = request(`${mirror.url}${path}`, { method: 'PATCH', agent: false });
      leaving.on('error', () => undefined);
      leaving.write(BLOB.subarray(0, 50_000));
      await untilComing(mirror, path);
      leaving.destroy();
      const status = await waitFor(
        async () => {
          const answer = await mirror.send(path);
          return answer.status === 204 ? answer : undefined;
        },
        { what: 'the upload was let go' },
      );
      const offset = Number(status.header('range')?.slice(2)) + 1;
      assert.ok(offset <= 50_000);
      const failures = lines(mirror, 'a request failed').map((line) => JSON.stringify(line));
      // Those that asked how far it is, too early.
      assert.deepEqual(
        failures.filter((line) => !line.includes('in use by another request')),
        [],
      );
    }),
  );
});

function patch(mirror: TestMirror, path: string, start: number, end: number) {
  const headers = { 'content-range': `${start}-${end - 1}` };
  return mirror.send(path, { method: 'PATCH', headers, body: BLOB.subarray(start, end) });
}

/** Looks at the file and does not ask, because who asks has the upload for that moment. */
async function untilComing(mirror: TestMirror, path: string): Promise<void> {
  const id = path.slice(path.lastIndexOf('/') + 1);
  const file = join(mirror.root, uploadFolder('mine/app', id), 'data');
  await waitFor(async () => (await stat(file)).size > 0, { what: 'bytes are coming in' });
}

async function assertThere(mirror: TestMirror): Promise<void> {
  assert.deepEqual((await mirror.send(`/v2/mine/app/blobs/${DIGEST}`)).body, BLOB);
}
