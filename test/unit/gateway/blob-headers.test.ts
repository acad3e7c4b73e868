import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beginBlob, beginUnsizedBlob, blobHeaders, isWhole } from '#src/gateway/blob-headers.js';
import { parseDigest } from '#src/oci/digest.js';
import { OciError } from '#src/oci/error-code.js';
import type { ByteRange } from '#src/oci/range.js';
import { type Answer, exchangeOf } from './exchanges.js';

const DIGEST = parseDigest(`sha256:${'a'.repeat(64)}`);

/** The headers of an answer to a HEAD request, which ends with them. */
async function begin(headers: Record<string, string>, size: number): Promise<[ByteRange, Answer]> {
  const { exchange, answer } = exchangeOf({ method: 'HEAD', headers });
  const range = beginBlob(exchange, DIGEST, size);
  exchange.response.end();
  await new Promise(setImmediate);
  return [range, answer()];
}

function assertBlobHeaders({ headers }: Answer): void {
  for (const [name, value] of Object.entries(blobHeaders(DIGEST))) {
    assert.equal(headers[name.toLowerCase()], value);
  }
}

describe('the headers of a blob', () => {
  it('name its digest, also as the entity tag', () => {
    assert.equal(blobHeaders(DIGEST)['Docker-Content-Digest'], DIGEST);
    assert.equal(blobHeaders(DIGEST)['ETag'], `"${DIGEST}"`);
    assert.equal(blobHeaders(DIGEST)['Accept-Ranges'], 'bytes');
  });

  const wholes: readonly Record<string, string>[] = [
    {},
    { range: 'bytes=0-1,4-5' },
    { range: 'items=0-1' },
    { range: 'bytes=2-5', 'if-range': '"other"' },
    { range: 'bytes=2-5', 'if-range': `W/"${DIGEST}"` },
  ];
  for (const headers of wholes) {
    it(`announce the whole for ${JSON.stringify(headers).slice(0, 60)}`, async () => {
      const [range, answer] = await begin(headers, 10);
      assert.deepEqual(range, { start: 0, end: 9 });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-length'], '10');
      assert.equal(answer.headers['content-range'], undefined);
      assertBlobHeaders(answer);
    });
  }

  const parts: readonly [Record<string, string>, ByteRange][] = [
    [{ range: 'bytes=2-5' }, { start: 2, end: 5 }],
    [{ range: 'bytes=2-500' }, { start: 2, end: 9 }],
    [{ range: 'bytes=-3' }, { start: 7, end: 9 }],
    [{ range: 'bytes=0-' }, { start: 0, end: 9 }],
    [
      { range: 'bytes=9-', 'if-range': `"${DIGEST}"` },
      { start: 9, end: 9 },
    ],
  ];
  for (const [headers, expected] of parts) {
    it(`announce the part that ${headers['range']} names`, async () => {
      const [range, answer] = await begin(headers, 10);
      assert.deepEqual(range, expected);
      assert.equal(answer.status, 206);
      assert.equal(answer.headers['content-length'], String(expected.end - expected.start + 1));
      assert.equal(answer.headers['content-range'], `bytes ${expected.start}-${expected.end}/10`);
      assertBlobHeaders(answer);
    });
  }

  it('of an empty blob announce nothing to follow', async () => {
    const [range, answer] = await begin({}, 0);
    assert.ok(range.end < range.start);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-length'], '0');
  });

  for (const [text, size] of [
    ['bytes=10-', 10],
    ['bytes=-0', 10],
    ['bytes=0-', 0],
  ] as const) {
    it(`are not sent for ${text} of ${size} bytes, which is refused with the size`, () => {
      const { exchange } = exchangeOf({ headers: { range: text } });
      assert.throws(
        () => beginBlob(exchange, DIGEST, size),
        (error) =>
          error instanceof OciError &&
          error.status === 416 &&
          error.headers['Content-Range'] === `bytes */${size}`,
      );
      assert.equal(exchange.response.headersSent, false);
    });
  }

  it('of a blob of unknown size have no length and know no range', async () => {
    const { exchange, answer } = exchangeOf({ method: 'HEAD', headers: { range: 'bytes=2-5' } });
    assert.deepEqual(beginUnsizedBlob(exchange, DIGEST), { start: 0, end: Number.POSITIVE_INFINITY });
    exchange.response.end();
    await new Promise(setImmediate);
    assert.equal(answer().status, 200);
    assert.equal(answer().headers['content-length'], undefined);
    assertBlobHeaders(answer());
  });
});

describe('isWhole', () => {
  it('is so from the first byte to the last, or to an end nobody knows', () => {
    assert.equal(isWhole({ start: 0, end: 9 }, 10), true);
    assert.equal(isWhole({ start: 0, end: -1 }, 0), true);
    assert.equal(isWhole({ start: 0, end: Number.POSITIVE_INFINITY }, undefined), true);
    assert.equal(isWhole({ start: 0, end: 8 }, 10), false);
    assert.equal(isWhole({ start: 1, end: 9 }, 10), false);
    assert.equal(isWhole({ start: 1, end: 9 }, undefined), false);
  });
});
