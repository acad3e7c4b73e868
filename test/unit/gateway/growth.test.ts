import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Delivery, Growth, HELD_BACK, headOf, type Reader } from '#src/gateway/growth.js';

function bytesOf(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, position) => (position * 7 + (position >> 8)) % 256));
}

/** What a promise has come to by now, if anything. */
async function stateOf<T>(promise: Promise<T>): Promise<'waiting' | T> {
  const waiting = new Promise<'waiting'>((resolve) => setImmediate(resolve, 'waiting'));
  return Promise.race([promise, waiting]);
}

/** Follows a growing body as the gateway does, and keeps what it was given. */
class Follower {
  got = Buffer.alloc(0);
  end: Delivery | undefined;
  error: unknown;
  readonly done: Promise<void>;

  constructor(
    private readonly reader: Reader,
    private readonly stored: () => Buffer,
  ) {
    this.done = this.#follow();
  }

  async #follow(): Promise<void> {
    try {
      for (;;) {
        const delivery = await this.reader.next(this.got.length);
        if (delivery.kind === 'end' || delivery.kind === 'detached') {
          this.end = delivery;
          return;
        }
        const at = this.got.length;
        const bytes =
          delivery.kind === 'bytes'
            ? Buffer.concat(delivery.chunks)
            : this.stored().subarray(at, at + delivery.length);
        if (delivery.kind === 'readable') assert.equal(bytes.length, delivery.length);
        assert.ok(bytes.length > 0, 'a delivery of nothing');
        this.got = Buffer.concat([this.got, bytes]);
      }
    } catch (error) {
      this.error = error;
    }
  }
}

type Step =
  | { readonly kind: 'advance'; readonly chunks: readonly number[] }
  | { readonly kind: 'join' }
  | { readonly kind: 'pause' };

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.nat(900), { maxLength: 4 })
      .map((chunks) => ({ kind: 'advance' as const, chunks })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'join' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'pause' as const }) },
);

describe('a growing body', () => {
  it('gives every reader exactly its first bytes, and the last only after they are verified, in whatever order', async () => {
    const property = fc.asyncProperty(
      fc.array(steps, { maxLength: 20 }),
      fc.constantFrom<'verified' | 'failed' | 'detached'>('verified', 'failed', 'detached'),
      fc.boolean(),
      fc.nat(3000),
      async (plan, ending, sized, begun) => {
        const arriving = plan.flatMap((step) => (step.kind === 'advance' ? step.chunks : []));
        const whole = bytesOf(begun + arriving.reduce((sum, length) => sum + length, 0));
        const growth = new Growth();
        if (sized) growth.size = whole.length;
        growth.reach(begun);
        const followers: Follower[] = [];
        const join = () => {
          followers.push(new Follower(growth.reader(), () => whole.subarray(0, growth.offset)));
        };
        const check = () => {
          const most = Math.max(
            0,
            Math.min(growth.offset, (sized ? whole.length : growth.offset) - HELD_BACK),
          );
          for (const { got, end, error } of followers) {
            assert.ok(got.equals(whole.subarray(0, got.length)));
            assert.ok(got.length <= most, `${got.length} bytes of ${growth.offset}, before the verdict`);
            assert.equal(end ?? error, undefined);
          }
          return most;
        };
        join();
        for (const step of plan) {
          if (step.kind === 'join') join();
          else if (step.kind === 'pause') {
            await new Promise(setImmediate);
            const most = check();
            for (const { got } of followers)
              assert.equal(got.length, most, 'a reader waits for what is there');
          } else {
            let at = growth.offset;
            const chunks = step.chunks.map((length) => {
              at += length;
              return whole.subarray(at - length, at);
            });
            growth.advance(chunks);
            check();
          }
        }
        const error = new Error('as planned');
        if (ending === 'failed') growth.settle({ kind: 'failed', error });
        else if (ending === 'verified') growth.settle({ kind: 'verified' });
        else growth.settle({ kind: 'detached', hash: createHash('sha256').update(whole) });
        join();
        await Promise.all(followers.map(({ done }) => done));
        for (const follower of followers) {
          assert.ok(follower.got.equals(whole.subarray(0, follower.got.length)));
          if (ending === 'failed') {
            assert.equal(follower.error, error);
            assert.ok(follower.got.length <= Math.max(0, whole.length - HELD_BACK));
          } else {
            assert.equal(follower.error, undefined);
            assert.ok(follower.got.equals(whole));
            assert.equal(follower.end?.kind, ending === 'verified' ? 'end' : 'detached');
          }
        }
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it('hands fresh bytes on as they are, without copying them', async () => {
    const growth = new Growth();
    growth.size = 10_000;
    const next = growth.reader().next(0);
    const chunks = [Buffer.alloc(100), Buffer.alloc(200)];
    growth.advance(chunks);
    const delivery = await next;
    assert.ok(delivery.kind === 'bytes');
    assert.equal(delivery.chunks.length, 2);
    for (const [index, chunk] of delivery.chunks.entries()) assert.equal(chunk, chunks[index]);
  });

  it('tells a reader that is behind to read', async () => {
    const growth = new Growth();
    growth.size = 10_000;
    growth.advance([Buffer.alloc(5000)]);
    assert.deepEqual(await growth.reader().next(2000), { kind: 'readable', length: 3000 });
  });

  it('lets a reader that leaves go at once, and nobody else', async () => {
    const growth = new Growth();
    const [leaving, staying] = [growth.reader(), growth.reader()];
    const left = assert.rejects(leaving.next(0), /gone/);
    const stays = staying.next(0);
    leaving.cancel(new Error('gone'));
    leaving.cancel(new Error('twice'));
    await left;
    await assert.rejects(leaving.next(0), /gone/);
    assert.equal(await stateOf(stays), 'waiting');
    growth.settle({ kind: 'verified' });
    assert.deepEqual(await stays, { kind: 'end' });
  });

  it('ends once: what comes second does not count', async () => {
    const growth = new Growth();
    growth.settle({ kind: 'verified' });
    growth.settle({ kind: 'failed', error: new Error('late') });
    assert.deepEqual(growth.state, { kind: 'verified' });
    assert.deepEqual(await growth.reader().next(0), { kind: 'end' });
  });

  it('gives each reader that goes on without the store a hash of its own', async () => {
    const growth = new Growth();
    growth.settle({ kind: 'detached', hash: createHash('sha256').update('before') });
    const hashes: string[] = [];
    for (const end of ['x', 'y']) {
      const delivery = await growth.reader().next(0);
      assert.ok(delivery.kind === 'detached');
      hashes.push(delivery.hash.update(end).digest('hex'));
    }
    const expected = ['beforex', 'beforey'].map((text) => createHash('sha256').update(text).digest('hex'));
    assert.deepEqual(hashes, expected);
  });

  it('keeps a transfer that starts again from giving out what it threw away', async () => {
    const growth = new Growth();
    growth.reach(5000);
    growth.reach(0);
    const next = growth.reader().next(0);
    assert.equal(await stateOf(next), 'waiting');
    growth.settle({ kind: 'verified' });
    assert.deepEqual(await next, { kind: 'end' });
  });
});

describe('headOf', () => {
  it('is the first bytes of the chunks, whichever way they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 5 })),
        fc.integer({ min: -2, max: 20 }),
        (parts, length) => {
          const chunks = parts.map((part) => Buffer.from(part));
          const all = Buffer.concat(chunks);
          assert.ok(Buffer.concat(headOf(chunks, length)).equals(all.subarray(0, Math.max(0, length))));
        },
      ),
    );
  });
});
