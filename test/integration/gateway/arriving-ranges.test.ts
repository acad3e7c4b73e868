import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomBytesOf } from '../../parts/layers.js';
import { type GatedUpstream, startGatedUpstream } from './gated-upstream.js';
import { startMirror, type TestMirror } from './mirror.js';
import { untilStored, withParts } from './scene.js';
import { type Tap, tap } from './tap.js';

const MIB = 1024 * 1024;
const BLOB = randomBytesOf('arriving ranges', 20 * MIB);

/** Ranges of a blob that is still on its way; one mebibyte of it is here. */
describe('a range of an arriving blob', () => {
  it(
    'that is here is served at once',
    arriving(async ({ begin, upstream }) => {
      const client = begin('bytes=1000-1999');
      assert.equal(await client.end, 'complete');
      const { status, headers } = await client.answer;
      assert.equal(status, 206);
      assert.equal(headers['content-range'], `bytes 1000-1999/${BLOB.length}`);
      assert.deepEqual(client.bytes(), BLOB.subarray(1000, 2000));
      assert.equal(upstream.requests.length, 1);
    }),
  );

  it(
    'that is not far ahead waits for it',
    arriving(async ({ begin, upstream }) => {
      const client = begin(`bytes=${3 * MIB}-${3 * MIB + 99}`);
      assert.equal((await client.answer).status, 206);
      assert.equal(client.received, 0);
      upstream.open(4 * MIB);
      assert.equal(await client.end, 'complete');
      assert.deepEqual(client.bytes(), BLOB.subarray(3 * MIB, 3 * MIB + 100));
      assert.equal(upstream.requests.length, 1);
    }),
  );

  it(
    'that is far ahead is fetched by itself, and not stored',
    arriving(async ({ begin, upstream, mirror }) => {
      upstream.openRange(19 * MIB);
      const client = begin(`bytes=${19 * MIB}-${19 * MIB + 99_999}`);
      assert.equal(await client.end, 'complete');
      assert.deepEqual(client.bytes(), BLOB.subarray(19 * MIB, 19 * MIB + 100_000));
      assert.deepEqual(
        upstream.gets.map(({ range }) => range),
        [undefined, `bytes=${19 * MIB}-${19 * MIB + 99_999}`],
      );
      assert.equal(await mirror.store.blobs.stat(upstream.digest), undefined);
    }),
  );

  it(
    'that reaches the end waits for the verdict',
    arriving(async ({ begin, upstream }) => {
      const client = begin(`bytes=${2 * MIB}-`);
      upstream.open(BLOB.length - 1);
      await client.until(18 * MIB - 1024);
      assert.equal(client.received, 18 * MIB - 1024);
      upstream.openAll();
      assert.equal(await client.end, 'complete');
      assert.deepEqual(client.bytes(), BLOB.subarray(2 * MIB));
    }),
  );

  it(
    'that cannot be satisfied is told so at once',
    arriving(async ({ begin }) => {
      const client = begin(`bytes=${BLOB.length}-`);
      assert.equal((await client.answer).status, 416);
      assert.equal((await client.answer).headers['content-range'], `bytes */${BLOB.length}`);
    }),
  );
});

describe('If-None-Match on an arriving blob', () => {
  it(
    'gives 304',
    arriving(async ({ mirror, upstream }) => {
      const headers = { 'if-none-match': `"${upstream.digest}"` };
      const answer = await mirror.send(`/v2/library/app/blobs/${upstream.digest}`, { headers });
      assert.equal(answer.status, 304);
      assert.equal(answer.body.length, 0);
    }),
  );
});

describe('HEAD of an arriving blob', () => {
  it(
    'asks nobody',
    arriving(async ({ mirror, upstream }) => {
      const answer = await mirror.send(`/v2/library/app/blobs/${upstream.digest}`, { method: 'HEAD' });
      assert.equal(answer.status, 200);
      assert.equal(answer.header('content-length'), String(BLOB.length));
      assert.equal(upstream.requests.length, 1);
    }),
  );
});

interface Arriving {
  readonly mirror: TestMirror;
  readonly upstream: GatedUpstream;
  begin(range: string): Tap;
}

/** A transfer of which one mebibyte has arrived; it ends well in the end. */
function arriving(body: (arriving: Arriving) => Promise<void>): () => Promise<void> {
  return withParts(async (parts) => {
    const upstream = parts.add(await startGatedUpstream(BLOB));
    const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
    const path = `/v2/library/app/blobs/${upstream.digest}`;
    upstream.open(MIB);
    const first = tap(`${mirror.url}${path}`);
    await first.until(MIB);
    await body({ mirror, upstream, begin: (range) => tap(`${mirror.url}${path}`, { range }) });
    upstream.openAll();
    assert.equal(await first.end, 'complete');
    assert.equal(first.received, BLOB.length);
    await untilStored(mirror, upstream.digest);
  });
}
