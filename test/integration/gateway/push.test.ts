import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { type ClientRequest, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { uploadFolder } from '#src/store/layout.js';
import type { Answer } from '../../parts/http.js';
import { digestOf } from '../../parts/scripted-registry.js';
import { waitFor } from '../../parts/wait.js';
import { errorOf, type PushScene, pushBlob, pushScene, verdict } from './push-scene.js';

const NAME = 'team/app';
const UPLOADS = `/v2/${NAME}/blobs/uploads/`;
const BYTES = Buffer.from('0123456789abcdefghij');
const DIGEST = digestOf(BYTES);
const ABSENT = `${UPLOADS}01234567-89ab-cdef-0123-456789abcdef`;

/** Begins an upload; its path. */
async function begin(scene: PushScene): Promise<string> {
  const answer = await scene.send(UPLOADS, { method: 'POST' });
  assert.equal(answer.status, 202);
  return new URL(answer.header('location') ?? '').pathname;
}

function patch(scene: PushScene, path: string, start: number, chunk: Buffer): Promise<Answer> {
  const range = `${start}-${start + chunk.length - 1}`;
  return scene.send(path, { method: 'PATCH', body: chunk, headers: { 'content-range': range } });
}

async function pulled(scene: PushScene, digest: string): Promise<Buffer> {
  const answer = await scene.send(`/v2/${NAME}/blobs/${digest}`);
  assert.equal(answer.status, 200);
  return answer.body;
}

/** Sends the first bytes of a chunk and keeps the rest back; resolves when they are in the upload's file. */
async function sendPart(scene: PushScene, path: string, part: Buffer): Promise<ClientRequest> {
  const headers = { 'content-length': BYTES.length };
  const sent = httpRequest(`${scene.url}${path}`, { method: 'PATCH', headers, agent: false });
  sent.on('error', () => undefined);
  sent.write(part);
  const file = join(scene.root, uploadFolder(NAME, path.split('/').at(-1) ?? ''), 'data');
  await waitFor(async () => (await stat(file)).size >= part.length, {
    what: 'the part is here',
    interval: 5,
  });
  return sent;
}

describe('pushing a blob', () => {
  it(
    'takes it in one request',
    pushScene(async (scene) => {
      const answer = await pushBlob(scene, NAME, BYTES);
      assert.equal(answer.status, 201);
      assert.equal(answer.header('docker-content-digest'), DIGEST);
      assert.equal(answer.header('location'), `${scene.url}/v2/${NAME}/blobs/${DIGEST}`);
      assert.deepEqual(await pulled(scene, DIGEST), BYTES);
      assert.deepEqual(scene.hub.requests, []);
    }),
  );

  it(
    'keeps nothing of a request whose digest is wrong',
    pushScene(async (scene) => {
      const other = digestOf(Buffer.from('other'));
      const answer = await scene.send(`${UPLOADS}?digest=${other}`, { method: 'POST', body: BYTES });
      assert.deepEqual(verdict(answer), [400, 'DIGEST_INVALID']);
      assert.equal(await scene.store.blobs.stat(other), undefined);
      assert.equal(await scene.store.blobs.stat(DIGEST), undefined);
      for await (const { id } of scene.store.uploads.stale(new Date(Date.now() + 60_000))) {
        assert.fail(`upload ${id} was left`);
      }
    }),
  );

  it(
    'takes POST and PUT, and an empty blob',
    pushScene(async (scene) => {
      for (const bytes of [BYTES, Buffer.alloc(0)]) {
        const path = await begin(scene);
        const answer = await scene.send(`${path}?digest=${digestOf(bytes)}`, { method: 'PUT', body: bytes });
        assert.equal(answer.status, 201);
        assert.deepEqual(await pulled(scene, digestOf(bytes)), bytes);
        assert.equal((await scene.send(path)).status, 404);
      }
    }),
  );

  it(
    'takes chunks in order, and tells how far it is after each',
    pushScene(async (scene) => {
      const path = await begin(scene);
      for (const start of [0, 7, 14]) {
        const answer = await patch(scene, path, start, BYTES.subarray(start, start + 7));
        assert.equal(answer.status, 202);
        assert.equal(answer.header('range'), `0-${Math.min(start + 7, BYTES.length) - 1}`);
        assert.equal(answer.header('location'), `${scene.url}${path}`);
        assert.equal(answer.header('docker-upload-uuid'), path.split('/').at(-1));
      }
      const answer = await scene.send(`${path}?digest=${DIGEST}`, { method: 'PUT' });
      assert.equal(answer.status, 201);
      assert.deepEqual(await pulled(scene, DIGEST), BYTES);
    }),
  );

  it(
    'takes the last chunk with the PUT',
    pushScene(async (scene) => {
      const path = await begin(scene);
      await patch(scene, path, 0, BYTES.subarray(0, 12));
      const last = { 'content-range': '12-19' };
      const put = (headers: Record<string, string>) =>
        scene.send(`${path}?digest=${DIGEST}`, { method: 'PUT', body: BYTES.subarray(12), headers });
      assert.deepEqual(verdict(await put({ 'content-range': '0-7' })), [416, 'RANGE_INVALID']);
      assert.equal((await put(last)).status, 201);
      assert.deepEqual(await pulled(scene, DIGEST), BYTES);
    }),
  );

  it(
    'refuses a chunk out of order with 416 and tells where to go on',
    pushScene(async (scene) => {
      const path = await begin(scene);
      await patch(scene, path, 0, BYTES.subarray(0, 7));
      for (const start of [0, 6, 8]) {
        const answer = await patch(scene, path, start, BYTES.subarray(start, start + 7));
        assert.deepEqual(verdict(answer), [416, 'RANGE_INVALID']);
        assert.equal(answer.header('range'), '0-6');
        assert.equal(answer.header('location'), `${scene.url}${path}`);
      }
      assert.equal((await patch(scene, path, 7, BYTES.subarray(7))).status, 202);
    }),
  );

  it(
    'refuses a Content-Range that does not describe the chunk, and takes nothing of it',
    pushScene(async (scene) => {
      const path = await begin(scene);
      for (const range of ['0-5', '0-20', '19-0', '0-', 'all of it', '-1-18']) {
        const answer = await scene.send(path, {
          method: 'PATCH',
          body: BYTES,
          headers: { 'content-range': range },
        });
        assert.deepEqual(verdict(answer), [400, 'BLOB_UPLOAD_INVALID'], range);
      }
      assert.equal((await patch(scene, path, 0, BYTES)).status, 202);
    }),
  );

  it(
    'tells how far an upload is, and cancels it',
    pushScene(async (scene) => {
      const path = await begin(scene);
      await patch(scene, path, 0, BYTES.subarray(0, 7));
      const status = await scene.send(path);
      assert.deepEqual([status.status, status.header('range')], [204, '0-6']);
      assert.equal(status.header('location'), `${scene.url}${path}`);
      assert.equal((await scene.send(path, { method: 'DELETE' })).status, 204);
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        assert.deepEqual(verdict(await scene.send(path, { method })), [404, 'BLOB_UPLOAD_UNKNOWN'], method);
      }
    }),
  );

  it(
    'keeps an upload whose digest was wrong, so that the right one can follow',
    pushScene(async (scene) => {
      const path = await begin(scene);
      await patch(scene, path, 0, BYTES);
      const finish = (query: string) => scene.send(`${path}${query}`, { method: 'PUT' });
      assert.deepEqual(verdict(await finish(`?digest=${digestOf(Buffer.from('x'))}`)), [
        400,
        'DIGEST_INVALID',
      ]);
      assert.deepEqual(verdict(await finish('?digest=sha256:abc')), [400, 'DIGEST_INVALID']);
      assert.deepEqual(verdict(await finish('?digest=md5:00')), [400, 'DIGEST_INVALID']);
      assert.deepEqual(verdict(await finish('')), [400, 'DIGEST_INVALID']);
      assert.equal((await scene.send(path)).header('range'), '0-19');
      assert.equal((await finish(`?digest=${DIGEST}`)).status, 201);
    }),
  );

  it(
    'knows no upload that never was, is malformed, or belongs to another repository',
    pushScene(async (scene) => {
      const id = (await begin(scene)).split('/').at(-1);
      const paths = [
        ABSENT,
        `${UPLOADS}nonsense`,
        `${UPLOADS}..%2f${id}`,
        `/v2/team/other/blobs/uploads/${id}`,
      ];
      for (const path of paths) {
        for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
          const query = method === 'PUT' ? `?digest=${DIGEST}` : '';
          const answer = await scene.send(`${path}${query}`, { method });
          assert.deepEqual(verdict(answer), [404, 'BLOB_UPLOAD_UNKNOWN'], `${method} ${path}`);
        }
      }
      assert.equal((await scene.send(`${UPLOADS}${id}`)).status, 204);
    }),
  );

  it(
    'answers 503 to whoever meddles with a chunk under way, and lets that chunk finish',
    pushScene(async (scene) => {
      const path = await begin(scene);
      const first = await sendPart(scene, path, BYTES.subarray(0, 5));
      const finished = new Promise<number | undefined>((resolve) => {
        first.once('response', (response) => {
          response.resume();
          resolve(response.statusCode);
        });
      });
      for (const method of ['PATCH', 'GET', 'DELETE', 'PUT']) {
        const query = method === 'PUT' ? `?digest=${DIGEST}` : '';
        const answer = await scene.send(`${path}${query}`, { method });
        assert.deepEqual([answer.status, answer.header('retry-after')], [503, '1'], method);
        assert.equal(errorOf(answer)?.code, 'UNAVAILABLE');
      }
      first.end(BYTES.subarray(5));
      assert.equal(await finished, 202);
      assert.equal((await scene.send(`${path}?digest=${DIGEST}`, { method: 'PUT' })).status, 201);
      assert.deepEqual(await pulled(scene, DIGEST), BYTES);
    }),
  );

  it(
    'lets a client that left in the middle of a chunk go on where the mirror says',
    pushScene(async (scene) => {
      const path = await begin(scene);
      (await sendPart(scene, path, BYTES.subarray(0, 9))).destroy();
      const status = await waitFor(
        async () => {
          const answer = await scene.send(path);
          return answer.status === 204 && answer;
        },
        { what: 'the upload was let go', interval: 5 },
      );
      assert.equal(status.header('range'), '0-8');
      assert.equal((await patch(scene, path, 9, BYTES.subarray(9))).status, 202);
      assert.equal((await scene.send(`${path}?digest=${DIGEST}`, { method: 'PUT' })).status, 201);
      assert.deepEqual(await pulled(scene, DIGEST), BYTES);
    }),
  );

  it(
    'takes sha512',
    pushScene(async (scene) => {
      const digest = `sha512:${createHash('sha512').update(BYTES).digest('hex')}`;
      const once = await scene.send(`${UPLOADS}?digest=${digest}`, { method: 'POST', body: BYTES });
      assert.deepEqual([once.status, once.header('docker-content-digest')], [201, digest]);
      assert.deepEqual(await pulled(scene, digest), BYTES);
      const path = await begin(scene);
      await patch(scene, path, 0, BYTES.subarray(0, 3));
      const wrong = `sha512:${'0'.repeat(128)}`;
      const put = (as: string) =>
        scene.send(`${path}?digest=${as}`, { method: 'PUT', body: BYTES.subarray(3), headers: {} });
      assert.equal((await put(digest)).status, 201);
      assert.deepEqual(verdict(await put(wrong)), [404, 'BLOB_UPLOAD_UNKNOWN']);
    }),
  );
});

describe('where an upload is', () => {
  const location = async (scene: PushScene, headers: Record<string, string> = {}) =>
    (await scene.send(UPLOADS, { method: 'POST', headers })).header('location')?.replace(/[^/]+$/, 'ID');

  it(
    'is told under the address the client used',
    pushScene(async (scene) => {
      assert.equal(await location(scene), `${scene.url}${UPLOADS}ID`);
      const host = 'mirror.example:5000';
      assert.equal(await location(scene, { host }), `http://${host}${UPLOADS}ID`);
      const forwarded = { host, 'x-forwarded-proto': 'https' };
      assert.equal(await location(scene, forwarded), `https://${host}${UPLOADS}ID`);
    }),
  );

  it(
    'is told without an address when http.relativeurls is set',
    pushScene(async (scene) => assert.equal(await location(scene), `${UPLOADS}ID`), {
      http: { relativeUrls: true },
    }),
  );

  it(
    'is told under http.host when that is set, with its path',
    pushScene(
      async (scene) => {
        const forwarded = { host: 'other.example', 'x-forwarded-proto': 'http' };
        assert.equal(await location(scene, forwarded), `https://mirror.example/registry${UPLOADS}ID`);
      },
      { http: { host: new URL('https://mirror.example/registry/'), relativeUrls: true } },
    ),
  );
});
