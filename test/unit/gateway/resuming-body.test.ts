import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { openResumingBody, PATIENCE } from '#src/gateway/resuming-body.js';
import type { BlobOptions } from '#src/upstream/port.js';
import { blobBody, digestOf, failure, type Serving, upstreamOf } from './upstreams.js';

const BYTES = Buffer.from(Array.from({ length: 10_000 }, (_, at) => (at * 31 + (at >> 8)) % 256));
const DIGEST = digestOf(BYTES);
const QUICK = { attempts: 3, pause: 0 };

interface Asked {
  readonly options: BlobOptions;
  readonly body: Readable | undefined;
}

/** An upstream that serves the plan, one entry a request, and its last entry from then on. */
function scripted(...plan: (Partial<Serving> | Error)[]) {
  const asked: Asked[] = [];
  const upstream = upstreamOf('upstream.test', {
    getBlob: async (_repository, _digest, options = {}) => {
      const step = plan[Math.min(asked.length, plan.length - 1)] ?? {};
      const served = step instanceof Error ? undefined : blobBody({ bytes: BYTES, ...step }, options);
      asked.push({ options, body: served?.body });
      if (served === undefined) throw step;
      return served;
    },
  });
  const remote = { upstream, repository: 'a', stored: 'upstream.test/a' };
  return { asked, remote };
}

const BROKEN = failure('UPSTREAM_FAILED', { retryable: true });

async function readAll(
  { remote }: ReturnType<typeof scripted>,
  range: { start: number; end?: number } = { start: 0 },
  signal = new AbortController().signal,
): Promise<{ bytes: Buffer; error: unknown }> {
  const body = await openResumingBody({ remote, digest: DIGEST, ...range, signal }, QUICK);
  const chunks: Buffer[] = [];
  try {
    for await (const batch of body.batches) chunks.push(...batch);
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error };
  }
  return { bytes: Buffer.concat(chunks), error: undefined };
}

describe('a body that goes on by itself', () => {
  it('gives exactly the bytes asked for, however the upstream breaks off and whether it knows ranges', async () => {
    const break_ = fc.record({
      give: fc.integer({ min: 1, max: 6000 }),
      ignoreRange: fc.boolean(),
      unsized: fc.boolean(),
    });
    const property = fc.asyncProperty(
      fc.array(break_, { maxLength: 4 }),
      fc.nat(BYTES.length - 1),
      fc.option(fc.nat(BYTES.length), { nil: undefined }),
      fc.boolean(),
      async (breaks, start, more, ignoreRange) => {
        // One that ignores ranges gives nothing new unless it gives enough; patience is not what is tried here.
        const plan = breaks.map((each) => ({
          ...each,
          ...(each.ignoreRange ? { give: BYTES.length - 1 } : {}),
          fault: BROKEN,
        }));
        const script = scripted(...plan.slice(0, 2), { ignoreRange });
        const end = more === undefined ? undefined : Math.min(BYTES.length - 1, start + more);
        const { bytes, error } = await readAll(script, { start, ...(end === undefined ? {} : { end }) });
        assert.equal(error, undefined);
        assert.ok(bytes.equals(BYTES.subarray(start, (end ?? BYTES.length) + 1)));
        for (const { body } of script.asked) assert.equal(body?.destroyed, true);
      },
    );
    await fc.assert(property, { numRuns: 150 });
  });

  it('asks for what is missing and nothing twice, and for the same body', async () => {
    const script = scripted({ give: 4000, fault: BROKEN, etag: '"e"' }, { give: 1, fault: BROKEN }, {});
    const { bytes } = await readAll(script);
    assert.ok(bytes.equals(BYTES));
    assert.deepEqual(
      script.asked.map(({ options: { offset, etag } }) => [offset, etag]),
      [
        [0, undefined],
        [4000, '"e"'],
        [4001, '"e"'],
      ],
    );
  });

  it('gives up after as many attempts without a new byte as it has patience, and counts anew after one', async () => {
    const nothing = { give: 0, fault: BROKEN };
    const hopeless = scripted({ give: 10, fault: BROKEN }, BROKEN, BROKEN);
    assert.deepEqual(await readAll(hopeless), { bytes: BYTES.subarray(0, 10), error: BROKEN });
    assert.equal(hopeless.asked.length, 3);
    const slow = scripted(
      nothing,
      nothing,
      { give: 1, fault: BROKEN },
      BROKEN,
      { give: 1, fault: BROKEN },
      nothing,
      {},
    );
    const { bytes, error } = await readAll(slow);
    assert.equal(error, undefined);
    assert.ok(bytes.equals(BYTES));
  });

  it('does not ask again after what no second attempt mends', async () => {
    for (const error of [failure('UPSTREAM_DENIED'), new Error('a bug')]) {
      const script = scripted({ give: 10, fault: error });
      assert.equal((await readAll(script)).error, error);
      assert.equal(script.asked.length, 1);
    }
  });

  it('is not spliced from two bodies of different sizes', async () => {
    const script = scripted({ give: 10, fault: BROKEN }, { bytes: Buffer.concat([BYTES, BYTES]) });
    const { bytes, error } = await readAll(script);
    assert.equal(bytes.length, 10);
    assert.match(String(error), /10000 bytes, and now says 20000/);
    assert.equal(script.asked[1]?.body?.destroyed, true);
  });

  it('cannot be opened when the upstream does not give it, and says the size when it does', async () => {
    const refused = failure('UPSTREAM_NOT_FOUND');
    const { signal } = new AbortController();
    const request = { digest: DIGEST, start: 0, signal };
    await assert.rejects(openResumingBody({ ...request, remote: scripted(refused).remote }, QUICK), refused);
    for (const [step, size] of [
      [{}, BYTES.length],
      [{ unsized: true }, undefined],
    ] as const) {
      const script = scripted(step);
      const body = await openResumingBody({ ...request, remote: script.remote }, QUICK);
      assert.equal(body.size, size);
      body.close();
      assert.equal(script.asked[0]?.body?.destroyed, true);
    }
  });

  it('ends its request when the reader stops', async () => {
    const script = scripted({});
    const { signal } = new AbortController();
    const body = await openResumingBody(
      { remote: script.remote, digest: DIGEST, start: 0, signal },
      PATIENCE,
    );
    for await (const _ of body.batches) break;
    assert.equal(script.asked[0]?.body?.destroyed, true);
  });

  it('does not pause on after it was given up', async () => {
    const giveUp = new AbortController();
    const waits = failure('UPSTREAM_RATE_LIMITED', { retryable: true, retryAfter: 3600 });
    const script = scripted({ give: 10, fault: waits });
    const reading = readAll(script, { start: 0 }, giveUp.signal);
    setImmediate(() => setImmediate(() => giveUp.abort(new Error('given up'))));
    const { error } = await reading;
    assert.equal((error as Error).name, 'AbortError');
    assert.equal(script.asked.length, 1);
  });
});
