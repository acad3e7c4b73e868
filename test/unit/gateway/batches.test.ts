import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { batchesOf } from '#src/gateway/batches.js';

interface Read {
  readonly bytes: Buffer;
  readonly error: unknown;
}

/** Everything a stream gives, and how it ends; with a slow reader, pausing after each batch. */
async function readAll(stream: Readable, slow = false): Promise<Read> {
  const chunks: Buffer[] = [];
  try {
    for await (const batch of batchesOf(stream)) {
      assert.ok(batch.length > 0 && batch.every(({ length }) => length > 0), 'an empty batch');
      chunks.push(...batch);
      if (slow) await new Promise(setImmediate);
    }
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error };
  }
  return { bytes: Buffer.concat(chunks), error: undefined };
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly wait: boolean;
}

const pieces: fc.Arbitrary<Piece[]> = fc.array(
  fc.record({ bytes: fc.uint8Array({ maxLength: 30 }), wait: fc.boolean() }),
  { maxLength: 30 },
);

/** A stream that pushes the pieces, some at once and some later, and then ends or breaks. */
function streamOf(plan: readonly Piece[], error: Error | undefined, objectMode: boolean): Readable {
  const stream = new Readable({ read: () => undefined, highWaterMark: 4, objectMode });
  const feed = async () => {
    for (const { bytes, wait } of plan) {
      if (wait) await new Promise(setImmediate);
      stream.push(Buffer.from(bytes));
    }
    if (error === undefined) stream.push(null);
    else stream.destroy(error);
  };
  void feed();
  return stream;
}

describe('batchesOf', () => {
  it('gives all bytes in order, whichever way they are cut and arrive, and then how the stream ended', async () => {
    const property = fc.asyncProperty(
      pieces,
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      async (plan, breaks, slow, objects) => {
        const error = breaks ? new Error('as planned') : undefined;
        const stream = streamOf(plan, error, objects);
        const read = await readAll(stream, slow);
        assert.ok(read.bytes.equals(Buffer.concat(plan.map(({ bytes }) => bytes))));
        assert.equal(read.error, error);
        assert.equal(stream.destroyed, true);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it('gives in one batch what came while the last one was handled, without copying', async () => {
    const stream = new Readable({ read: () => undefined, objectMode: true });
    const batches = batchesOf(stream);
    const chunks = ['a', 'b', 'c'].map((text) => Buffer.from(text));
    stream.push(chunks[0]);
    const first = await batches.next();
    stream.push(chunks[1]);
    stream.push(chunks[2]);
    const second = await batches.next();
    stream.push(null);
    assert.deepEqual([first.value?.length, second.value?.length], [1, 2]);
    assert.equal(first.value?.[0], chunks[0]);
    assert.equal(second.value?.[0], chunks[1]);
    assert.equal(second.value?.[1], chunks[2]);
    assert.equal((await batches.next()).done, true);
  });

  it('gives as many at once as are wanted then, and all of them in the end', async () => {
    const stream = streamOf(
      ['a', 'b', 'c', 'd', 'e'].map((text) => ({ bytes: Buffer.from(text), wait: false })),
      undefined,
      true,
    );
    let most = 1;
    const sizes: number[] = [];
    for await (const batch of batchesOf(stream, () => most)) {
      sizes.push(batch.length);
      if (sizes.length === 2) most = 10;
    }
    assert.deepEqual(sizes, [1, 1, 3]);
  });

  it('destroys the stream of who stops early, and leaves no listener', async () => {
    const stream = new Readable({ read: () => undefined });
    stream.push('x');
    for await (const _ of batchesOf(stream)) break;
    assert.equal(stream.destroyed, true);
    assert.equal(stream.listenerCount('readable'), 0);
  });

  it('takes a stream that is closed without an end for broken', async () => {
    const stream = new Readable({ read: () => undefined });
    stream.push('x');
    const reading = readAll(stream);
    setImmediate(() => stream.destroy());
    const { bytes, error } = await reading;
    assert.equal(bytes.toString(), 'x');
    assert.match(String(error), /closed early/);
  });

  for (const [what, error, expected] of [
    ['was broken', new Error('as planned'), /as planned/],
    ['was closed', undefined, /closed early/],
  ] as const) {
    it(`does not wait for a stream that ${what} before anybody read it`, { timeout: 5000 }, async () => {
      const stream = new Readable({ read: () => undefined }).on('error', () => undefined);
      stream.destroy(error);
      await new Promise(setImmediate);
      assert.match(String((await readAll(stream)).error), expected);
    });
  }
});
