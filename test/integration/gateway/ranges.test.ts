import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Digest } from '#src/oci/digest.js';
import type { TestRequest } from '../../parts/http.js';
import { randomBytesOf } from '../../parts/layers.js';
import { errorCodeOf, type Scene, scene, untilStored } from './scene.js';

const SIZE = 300_000;
const BLOB = randomBytesOf('ranges', SIZE);
const END = SIZE - 1;

/** Ranges of a stored blob (RFC 9110 §14). */
describe('a range', () => {
  const satisfiable: Record<string, [number, number]> = {
    'bytes=0-0': [0, 0],
    'bytes=0-': [0, END],
    'bytes=100-199': [100, 199],
    'bytes=299999-': [END, END],
    'bytes=250000-999999999': [250_000, END],
    'bytes=-500': [SIZE - 500, END],
    'bytes=-999999999': [0, END],
    'BYTES=5-6': [5, 6],
  };
  for (const [range, [start, end]] of Object.entries(satisfiable)) {
    it(
      `${range} gives ${start} to ${end}`,
      stored(async ({ get }) => {
        const answer = await get({ headers: { range } });
        assert.equal(answer.status, 206);
        assert.equal(answer.header('content-range'), `bytes ${start}-${end}/${SIZE}`);
        assert.equal(answer.header('content-length'), String(end - start + 1));
        assert.deepEqual(answer.body, BLOB.subarray(start, end + 1));
      }),
    );
  }

  for (const range of ['bytes=300000-', 'bytes=300000-300001', 'bytes=-0']) {
    it(
      `${range} cannot be satisfied`,
      stored(async ({ get }) => {
        const answer = await get({ headers: { range } });
        assert.equal(answer.status, 416);
        assert.equal(answer.header('content-range'), `bytes */${SIZE}`);
        assert.equal(errorCodeOf(answer), 'RANGE_INVALID');
      }),
    );
  }

  for (const range of ['bytes=0-1,5-6', 'bytes=9-3', 'bytes=a-b', 'lines=1-2', 'bytes=-', '']) {
    it(
      `"${range}" is ignored`,
      stored(async ({ get }) => {
        const answer = await get({ headers: { range } });
        assert.equal(answer.status, 200);
        assert.deepEqual(answer.body, BLOB);
      }),
    );
  }

  it(
    'counts only under If-Range with the same entity tag',
    stored(async ({ get, digest }) => {
      const range = 'bytes=5-9';
      const same = await get({ headers: { range, 'if-range': `"${digest}"` } });
      assert.equal(same.status, 206);
      for (const tag of ['"other"', `W/"${digest}"`, 'Sat, 01 Jan 2000 00:00:00 GMT']) {
        const other = await get({ headers: { range, 'if-range': tag } });
        assert.equal(other.status, 200);
        assert.equal(other.body.length, SIZE);
      }
    }),
  );

  it(
    'means nothing to HEAD',
    stored(async ({ get }) => {
      const answer = await get({ method: 'HEAD', headers: { range: 'bytes=5-9' } });
      assert.equal(answer.status, 200);
      assert.equal(answer.header('content-length'), String(SIZE));
      assert.equal(answer.header('accept-ranges'), 'bytes');
    }),
  );
});

describe('If-None-Match', () => {
  it(
    'with the digest of a blob gives 304',
    stored(async ({ get, digest }) => {
      for (const method of ['GET', 'HEAD']) {
        for (const tag of [`"${digest}"`, `W/"${digest}"`, `"other", "${digest}"`, '*']) {
          const answer = await get({ method, headers: { 'if-none-match': tag } });
          assert.equal(answer.status, 304, tag);
          assert.equal(answer.body.length, 0);
        }
      }
      assert.equal((await get({ headers: { 'if-none-match': '"other"' } })).status, 200);
    }),
  );
});

describe('HEAD of a blob', () => {
  it(
    'that is not here costs one HEAD upstream and no GET, however it is asked for',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('library/app', BLOB);
      const path = `/v2/library/app/blobs/${digest}`;
      const answer = await mirror.send(path, { method: 'HEAD', headers: { range: 'bytes=5-9' } });
      assert.equal(answer.status, 200);
      assert.equal(answer.header('content-length'), String(SIZE));
      assert.equal(answer.header('docker-content-digest'), digest);
      assert.equal(answer.body.length, 0);
      assert.deepEqual(
        hub.requests.map(({ method }) => method),
        ['HEAD'],
      );
      assert.equal(await mirror.store.blobs.stat(digest), undefined);
    }),
  );

  it(
    'that is here asks nobody',
    stored(async ({ get, hub }) => {
      const before = hub.requests.length;
      assert.equal((await get({ method: 'HEAD' })).header('content-length'), String(SIZE));
      assert.equal(hub.requests.length, before);
    }),
  );
});

describe('a blob without bytes', () => {
  it(
    'is a blob',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('library/app', Buffer.alloc(0));
      const path = `/v2/library/app/blobs/${digest}`;
      for (let round = 0; round < 2; round += 1) {
        const answer = await mirror.send(path);
        assert.equal(answer.status, 200);
        assert.equal(answer.header('content-length'), '0');
        await untilStored(mirror, digest);
      }
      assert.equal((await mirror.send(path, { headers: { range: 'bytes=0-' } })).status, 416);
    }),
  );
});

interface Stored {
  readonly hub: Scene['hub'];
  readonly digest: Digest;
  get(options: TestRequest): ReturnType<Scene['mirror']['send']>;
}

/** A mirror that has the blob. */
function stored(body: (stored: Stored) => Promise<void>): () => Promise<void> {
  return scene(async ({ mirror, hub }) => {
    const digest = hub.library.addBlob('library/app', BLOB);
    const path = `/v2/library/app/blobs/${digest}`;
    await mirror.send(path);
    await untilStored(mirror, digest);
    await body({ hub, digest, get: (options) => mirror.send(path, options) });
  });
}
