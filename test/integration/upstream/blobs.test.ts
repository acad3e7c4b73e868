import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UpstreamError } from '#src/upstream/errors.js';
import { digestOf } from '../../parts/scripted-registry.js';
import { drain, noise, pair, until } from './fixture.js';

const BLOB = noise(3_000_000);

describe('blobs of an upstream', () => {
  it('come whole, with size and ETag, unencoded', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', BLOB);
    const { start, size, etag, body } = await upstream.getBlob('a', digest);
    assert.deepEqual({ start, size, etag }, { start: 0, size: BLOB.length, etag: `"${digest}"` });
    const { bytes, error } = await drain(body);
    assert.equal(error, undefined);
    assert.ok(bytes.equals(BLOB));
    assert.equal(registry.requests[0]?.headers['accept-encoding'], 'identity');
    assert.equal(registry.requests.length, 1);
  });

  it('of no bytes come too', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', Buffer.alloc(0));
    const { size, body } = await upstream.getBlob('a', digest);
    assert.equal(size, 0);
    assert.deepEqual(await drain(body), { bytes: Buffer.alloc(0), error: undefined });
  });

  it('come in parts, open-ended and closed', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', BLOB);
    const tail = await upstream.getBlob('a', digest, { offset: 2_999_000 });
    assert.deepEqual({ start: tail.start, size: tail.size }, { start: 2_999_000, size: BLOB.length });
    assert.ok((await drain(tail.body)).bytes.equals(BLOB.subarray(2_999_000)));
    const part = await upstream.getBlob('a', digest, { offset: 10, end: 19, etag: `"${digest}"` });
    assert.ok((await drain(part.body)).bytes.equals(BLOB.subarray(10, 20)));
    assert.equal(registry.requests[1]?.headers.range, 'bytes=10-19');
    assert.equal(registry.requests[1]?.headers['if-range'], `"${digest}"`);
    const beyond = await upstream.getBlob('a', digest, { offset: 2_999_990, end: 9_999_999 });
    assert.equal((await drain(beyond.body)).bytes.length, 10);
  });

  it('never ask with a weak ETag', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', BLOB);
    const { body } = await upstream
      .getBlob('a', digest, { offset: 5, etag: 'W/"x"' })
      .catch(() => ({ body: [] }));
    await drain(body as AsyncIterable<unknown>);
    assert.equal(registry.requests[0]?.headers['if-range'], undefined);
  });

  it('start again where ranges are ignored, and where the content changed', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', BLOB);
    registry.on({ plan: { ranges: false }, times: 1 });
    const ignored = await upstream.getBlob('a', digest, { offset: 100 });
    assert.deepEqual({ start: ignored.start, size: ignored.size }, { start: 0, size: BLOB.length });
    ignored.body.destroy();
    const changed = await upstream.getBlob('a', digest, { offset: 100, etag: '"of before"' });
    assert.equal(changed.start, 0);
    changed.body.destroy();
  });

  it('are refused when another part comes than was asked for', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', BLOB);
    for (const range of ['bytes 0-2999999/3000000', 'bytes 100-3999999/3000000', 'nonsense', '']) {
      registry.on({ plan: { headers: { 'content-range': range } }, times: 3 });
      await assert.rejects(
        upstream.getBlob('a', digest, { offset: 100 }),
        { code: 'UPSTREAM_FAILED' },
        range,
      );
    }
    await assert.rejects(upstream.getBlob('a', digest, { offset: 3_000_000 }), {
      code: 'UPSTREAM_INVALID',
      status: 416,
      retryable: false,
    });
    registry.on({ plan: { status: 416 } });
    await assert.rejects(upstream.getBlob('a', digest, { offset: 1 }), { code: 'UPSTREAM_FAILED' });
  });

  for (const share of [0.01, 0.5, 0.99]) {
    it(`that break off at ${share * 100} % give all they had, and are resumed without a byte twice`, async (test) => {
      const { registry, upstream } = await pair(test);
      const digest = registry.library.addBlob('a', BLOB);
      registry.on({ plan: { cutAfter: Math.floor(BLOB.length * share) }, times: 1 });
      const first = await upstream.getBlob('a', digest);
      const broken = await drain(first.body);
      assert.ok(broken.error instanceof UpstreamError);
      assert.equal(broken.error.code, 'UPSTREAM_FAILED');
      assert.equal(broken.error.retryable, true);
      assert.equal(broken.bytes.length, Math.floor(BLOB.length * share));
      const resume = {
        offset: broken.bytes.length,
        ...(first.etag === undefined ? {} : { etag: first.etag }),
      };
      const rest = await drain((await upstream.getBlob('a', digest, resume)).body);
      assert.ok(Buffer.concat([broken.bytes, rest.bytes]).equals(BLOB));
      assert.equal(registry.contentBytesSent, BLOB.length);
    });
  }

  it('that break off give a slow reader, too, everything that arrived before the error', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', BLOB);
    registry.on({ plan: { cutAfter: 200_000 }, times: 1 });
    const { body } = await upstream.getBlob('a', digest);
    await until(() => registry.requests.some(({ sent }) => sent === 200_000), 'everything was sent');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(body.errored, null);
    const chunks: Buffer[] = [];
    const failed = new Promise<Error>((resolve) => body.once('error', resolve));
    body.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      body.pause();
      setImmediate(() => body.resume());
    });
    assert.ok((await failed) instanceof UpstreamError);
    assert.ok(Buffer.concat(chunks).equals(BLOB.subarray(0, 200_000)));
  });

  it('that are shorter or longer than announced end with an error', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', BLOB);
    registry.on({ plan: { announce: 1000 }, times: 1 });
    const short = await drain((await upstream.getBlob('a', digest)).body);
    assert.ok(short.error instanceof UpstreamError && short.error.retryable);
    registry.on({ plan: { empty: true, announce: 5 }, times: 3 });
    await assert.rejects(upstream.getBlob('a', digest), { code: 'UPSTREAM_FAILED', retryable: true });
    const headers = { 'content-range': 'bytes 10-19/3000000' };
    registry.on({ plan: { chunked: true, headers }, times: 1 });
    const long = await drain((await upstream.getBlob('a', digest, { offset: 10, end: 19 })).body);
    assert.equal(long.bytes.length, 10);
    const more = { 'content-range': 'bytes 2999990-3000089/3000100' };
    registry.on({ plan: { chunked: true, headers: more }, times: 1 });
    const missing = await drain((await upstream.getBlob('a', digest, { offset: 2_999_990 })).body);
    assert.equal(missing.bytes.length, 10);
    assert.ok(missing.error instanceof UpstreamError && missing.error.retryable);
  });

  it('that come chunked have no size, and end at their end', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', BLOB);
    registry.on({ plan: { chunked: true } });
    const { size, body } = await upstream.getBlob('a', digest);
    assert.equal(size, undefined);
    assert.ok((await drain(body)).bytes.equals(BLOB));
    registry.on({ plan: { chunked: true, cutAfter: 1_000_000 } });
    const cut = await drain((await upstream.getBlob('a', digest)).body);
    assert.ok(cut.error instanceof UpstreamError);
  });

  it('that come compressed are refused', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', BLOB);
    registry.on({ plan: { gzip: true } });
    await assert.rejects(upstream.getBlob('a', digest), { code: 'UPSTREAM_INVALID', message: /gzip/ });
  });

  it('that are idle end with a time-out, but may take as long as they like', async (test) => {
    const { registry, upstream } = await pair(test, {}, { limits: { idle: 300 } });
    const digest = registry.library.addBlob('a', BLOB.subarray(0, 400_000));
    registry.on({ plan: { stallAfter: 100_000 }, times: 1 });
    const { bytes, error } = await drain((await upstream.getBlob('a', digest)).body);
    assert.ok(error instanceof UpstreamError);
    assert.equal(error.code, 'UPSTREAM_TIMEOUT');
    assert.equal(bytes.length, 100_000);
    registry.on({ plan: { rate: 600_000 } });
    const slow = await drain((await upstream.getBlob('a', digest)).body);
    assert.equal(slow.bytes.length, 400_000);
  });

  it('wait for a slow reader without a time-out and without filling the memory', async (test) => {
    const { registry, upstream } = await pair(test, {}, { limits: { idle: 100 } });
    const big = Buffer.alloc(32 * 1024 * 1024, 1);
    const digest = registry.library.addBlob('a', big);
    const { body } = await upstream.getBlob('a', digest);
    await until(() => body.readableLength >= body.readableHighWaterMark, 'the buffer is full');
    const held = registry.requests[0]?.sent ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.ok(body.readableLength <= 2 * body.readableHighWaterMark);
    assert.ok(held < big.length);
    assert.ok((await drain(body)).bytes.equals(big));
  });

  it('end when the caller gives up, before and during the body', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', BLOB);
    registry.on({ plan: { blackHole: true }, times: 1 });
    const early = new AbortController();
    const waiting = upstream.getBlob('a', digest, { signal: early.signal });
    await until(() => registry.requests.length === 1, 'the request came in');
    early.abort(new Error('gave up'));
    await assert.rejects(waiting, /gave up/);
    registry.on({ plan: { stallAfter: 1000 } });
    const late = new AbortController();
    const { body } = await upstream.getBlob('a', digest, { signal: late.signal, deadline: 5_000 });
    late.abort(new Error('changed my mind'));
    assert.match(String((await drain(body)).error), /changed my mind/);
    await assert.rejects(upstream.getBlob('a', digest, { signal: late.signal }), /changed my mind/);
  });

  it('are not bounded by the deadline once they come', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', BLOB.subarray(0, 400_000));
    registry.on({ plan: { rate: 800_000 } });
    const { body } = await upstream.getBlob('a', digest, { deadline: 200 });
    assert.equal((await drain(body)).bytes.length, 400_000);
  });

  it('have a size by exactly one HEAD', async (test) => {
    const { registry, upstream } = await pair(test, { redirectBlobs: true });
    const digest = registry.library.addBlob('a', BLOB);
    assert.deepEqual(await upstream.headBlob('a', digest), { size: BLOB.length });
    assert.deepEqual(
      registry.requests.map(({ site, method }) => `${site} ${method}`),
      ['registry HEAD', 'cdn HEAD'],
    );
  });

  it('have a size by a GET of one byte where the storage refuses HEAD', async (test) => {
    const { registry, upstream } = await pair(test, { redirectBlobs: true, cdnRefusesHead: true });
    const digest = registry.library.addBlob('a', BLOB);
    assert.deepEqual(await upstream.headBlob('a', digest), { size: BLOB.length });
    assert.equal(registry.at('cdn').at(-1)?.headers.range, 'bytes=0-0');
    const empty = registry.library.addBlob('a', Buffer.alloc(0));
    assert.deepEqual(await upstream.headBlob('a', empty), { size: 0 });
    registry.on({ site: 'cdn', method: 'GET', plan: { ranges: false } });
    assert.deepEqual(await upstream.headBlob('a', digest), { size: BLOB.length });
  });

  it('that are not there are not found', async (test) => {
    const { upstream } = await pair(test);
    const digest = digestOf(Buffer.from('nothing'));
    await assert.rejects(upstream.headBlob('a', digest), { code: 'UPSTREAM_NOT_FOUND', status: 404 });
    await assert.rejects(upstream.getBlob('a', digest), { code: 'UPSTREAM_NOT_FOUND', retryable: false });
  });

  it('come while many others do', async (test) => {
    const { registry, upstream } = await pair(test, { redirectBlobs: true });
    const digest = registry.library.addBlob('a', BLOB);
    const all = await Promise.all(
      Array.from({ length: 50 }, async () => drain((await upstream.getBlob('a', digest)).body)),
    );
    assert.ok(all.every(({ bytes }) => bytes.equals(BLOB)));
  });
});
