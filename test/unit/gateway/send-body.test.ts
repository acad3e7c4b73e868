import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { BodyWriter } from '#src/gateway/body-writer.js';
import { BufferPool, READ_SIZE } from '#src/gateway/buffer-pool.js';
import { ClientGoneError } from '#src/gateway/exchange.js';
import { HELD_BACK } from '#src/gateway/growth.js';
import { hashingInspector, sendChunks, sendReads } from '#src/gateway/send-body.js';
import { DigestMismatchError } from '#src/store/errors.js';
import { exchangeOf } from './exchanges.js';
import { digestOf } from './upstreams.js';

const BYTES = Buffer.from(
  Array.from({ length: 2 * READ_SIZE + 777 }, (_, at) => (at * 13 + (at >> 10)) % 256),
);
const DIGEST = digestOf(BYTES);

/** Something to read from that gives at most `most` bytes a time. */
function sourceOf(bytes: Buffer, most = READ_SIZE) {
  return {
    read: async (buffer: Buffer, position: number) =>
      bytes.copy(buffer, 0, position, Math.min(bytes.length, position + Math.min(most, buffer.length))),
  };
}

async function* batchesFrom(...batches: (readonly Buffer[])[]): AsyncGenerator<readonly Buffer[]> {
  yield* batches;
}

describe('sendReads', () => {
  for (const [start, end] of [
    [0, BYTES.length - 1],
    [1, READ_SIZE],
    [READ_SIZE, READ_SIZE],
    [0, -1],
  ] as const) {
    for (const most of [READ_SIZE, 60_000]) {
      it(`sends bytes ${start} to ${end}, read by ${most}, and counts them`, async () => {
        const { exchange, answer } = exchangeOf();
        await sendReads(new BodyWriter(exchange), new BufferPool(), sourceOf(BYTES, most), { start, end });
        const { body } = answer();
        assert.equal(exchange.sent, end + 1 - start);
        assert.ok((exchange.sent === 0 ? Buffer.alloc(0) : body).equals(BYTES.subarray(start, end + 1)));
      });
    }
  }

  it('gives its buffers back when all is sent', async () => {
    const pool = new BufferPool();
    const buffers = [pool.take(), pool.take()];
    for (const buffer of buffers) pool.give(buffer);
    const range = { start: 0, end: BYTES.length - 1 };
    await sendReads(new BodyWriter(exchangeOf().exchange), pool, sourceOf(BYTES), range);
    assert.deepEqual(new Set([pool.take(), pool.take()]), new Set(buffers));
  });

  it('ends with an error when the content is shorter than it should be', async () => {
    const range = { start: 0, end: BYTES.length };
    const sending = sendReads(
      new BodyWriter(exchangeOf().exchange),
      new BufferPool(),
      sourceOf(BYTES),
      range,
    );
    await assert.rejects(sending, /the stored content ends at/);
  });

  it('sends whole content that is what its digest says, and says so', async () => {
    const { exchange, answer } = exchangeOf();
    let verified = 0;
    const inspect = hashingInspector(DIGEST, BYTES.length, () => {
      verified += 1;
    });
    const range = { start: 0, end: BYTES.length - 1 };
    await sendReads(new BodyWriter(exchange), new BufferPool(), sourceOf(BYTES), range, inspect);
    assert.ok(answer().body.equals(BYTES));
    assert.equal(verified, 1);
  });

  for (const damaged of [0, BYTES.length - 1]) {
    it(`never completes content that is damaged at ${damaged}`, async () => {
      const { exchange } = exchangeOf();
      const writer = new BodyWriter(exchange);
      const bytes = Buffer.from(BYTES);
      bytes[damaged] = (bytes[damaged] ?? 0) ^ 1;
      const inspect = hashingInspector(DIGEST, bytes.length, () => assert.fail('it is damaged'));
      const range = { start: 0, end: bytes.length - 1 };
      const sending = sendReads(writer, new BufferPool(), sourceOf(bytes), range, inspect);
      await assert.rejects(sending, DigestMismatchError);
      await writer.flush();
      assert.equal(exchange.sent, 2 * READ_SIZE);
    });
  }

  it('stops when the client goes away', async () => {
    const { exchange, leave } = exchangeOf();
    let reads = 0;
    const source = {
      read: async (buffer: Buffer) => {
        reads += 1;
        if (reads === 3) leave();
        return buffer.length;
      },
    };
    const range = { start: 0, end: 1000 * READ_SIZE };
    await assert.rejects(
      sendReads(new BodyWriter(exchange), new BufferPool(), source, range),
      ClientGoneError,
    );
    assert.ok(reads < 20, `${reads} reads for nobody`);
  });
});

describe('sendChunks', () => {
  const chunks = [BYTES.subarray(0, 10), BYTES.subarray(10, 5000), BYTES.subarray(5000)];

  it('sends a range as it comes', async () => {
    const { exchange, answer } = exchangeOf();
    await sendChunks(new BodyWriter(exchange), batchesFrom(chunks.slice(0, 2), chunks.slice(2)));
    assert.ok(answer().body.equals(BYTES));
  });

  it('sends all of what is verified, also when some went before', async () => {
    const { exchange, answer } = exchangeOf();
    const hash = createHash('sha256').update(BYTES.subarray(0, 10));
    await sendChunks(new BodyWriter(exchange), batchesFrom(chunks.slice(1)), { hash, digest: DIGEST });
    assert.ok(answer().body.equals(BYTES.subarray(10)));
  });

  it('holds the end back until the whole is verified', async () => {
    const { exchange } = exchangeOf();
    const writer = new BodyWriter(exchange);
    const batches = async function* () {
      yield chunks;
      await writer.flush();
      assert.equal(exchange.sent, BYTES.length - HELD_BACK);
    };
    await sendChunks(writer, batches(), { hash: createHash('sha256'), digest: DIGEST });
    assert.equal(exchange.sent, BYTES.length);
  });

  it('never gives out the end of what is not what its digest says', async () => {
    const { exchange } = exchangeOf();
    const writer = new BodyWriter(exchange);
    const other = digestOf(Buffer.from('other'));
    const sending = sendChunks(writer, batchesFrom(chunks), { hash: createHash('sha256'), digest: other });
    await assert.rejects(sending, DigestMismatchError);
    await writer.flush();
    assert.equal(exchange.sent, BYTES.length - HELD_BACK);
  });

  it('verifies an empty body, too', async () => {
    const verify = { hash: createHash('sha256'), digest: DIGEST };
    await assert.rejects(
      sendChunks(new BodyWriter(exchangeOf().exchange), batchesFrom(), verify),
      DigestMismatchError,
    );
  });
});
