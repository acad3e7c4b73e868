import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MirrorRequestError } from '#src/images/mirror-errors.js';
import { createQuotas, type Quotas, RateLimitedError } from '#src/images/quotas.js';
import type { WireName } from '#src/images/wire-name.js';

const HUB = { hosts: new Set(['docker.io', 'ghcr.io']), default: 'docker.io' };
const NO = async () => false;

/** An upstream that counts, behind a mirror that passes on what it says. */
function scene(left: number, reserve: number | undefined, signal = new AbortController().signal) {
  const quotas = createQuotas({ upstreams: HUB, reserve, signal, now: () => 0 });
  let pulls = 0;
  /** Asks for a manifest as an update does, taking several turns of the event loop. */
  const manifest = (name: WireName) =>
    quotas.pull(name, NO, async () => {
      const tell = quotas.watch(name.ns);
      await turns();
      const counted = left - pulls - 1;
      pulls += 1;
      if (counted < 0) pulls -= 1;
      await turns();
      tell(told(counted < 0 ? 429 : 200, Math.max(0, counted)));
      if (counted < 0) throw new MirrorRequestError('refused', 429);
    });
  /** Learns by HEAD what is left. */
  const look = (name: WireName) => quotas.watch(name.ns)(told(200, left - pulls));
  return { quotas, manifest, look, pulls: () => pulls };
}

function told(status: number, remaining: number) {
  const headers: Readonly<Record<string, string>> = {
    'ratelimit-limit': '100;w=21600',
    'ratelimit-remaining': `${remaining};w=21600`,
    'cache-status': 'docker-mirror; fwd=uri-miss; stored',
    ...(status === 429 ? { 'retry-after': '60' } : {}),
  };
  return { status, header: (name: string) => headers[name] };
}

async function turns(): Promise<void> {
  for (let turn = Math.floor(Math.random() * 4); turn >= 0; turn -= 1) await new Promise(setImmediate);
}

function name(repository: string, ns: string | undefined = 'docker.io'): WireName {
  return { repository, ns };
}

/** What came of images each of which needs so many manifests. */
async function refresh(
  { quotas, manifest }: { quotas: Quotas; manifest: (name: WireName) => Promise<unknown> },
  count: number,
  manifests: number,
): Promise<{ whole: number; waiting: number }> {
  const results = await Promise.allSettled(
    Array.from({ length: count }, (_, index) => {
      const of = name(`app${index}`);
      return quotas.image(of, async () => {
        for (let done = 0; done < manifests; done += 1) await manifest(of);
      });
    }),
  );
  for (const result of results) {
    if (result.status === 'rejected')
      assert.ok(result.reason instanceof RateLimitedError, String(result.reason));
  }
  const whole = results.filter(({ status }) => status === 'fulfilled').length;
  return { whole, waiting: count - whole };
}

describe('quotas', () => {
  for (let round = 0; round < 5; round += 1) {
    it(`stop exactly at the reserve, however many images there are at once (${round})`, async () => {
      const upstream = scene(20, 10);
      upstream.look(name('a'));
      assert.deepEqual(await refresh(upstream, 32, 1), { whole: 10, waiting: 22 });
      assert.equal(upstream.pulls(), 10);
    });
  }

  it('learn from the first pull when nobody has said anything before', async () => {
    const upstream = scene(20, 10);
    assert.deepEqual(await refresh(upstream, 32, 1), { whole: 10, waiting: 22 });
    assert.equal(upstream.pulls(), 10);
  });

  it('make a few images whole rather than parts of many', async () => {
    const upstream = scene(20, 10);
    upstream.look(name('a'));
    assert.deepEqual(await refresh(upstream, 32, 2), { whole: 5, waiting: 27 });
    assert.equal(upstream.pulls(), 10);
  });

  it('give what is held when there are no pulls', async () => {
    const { quotas, look } = scene(10, 10);
    look(name('a'));
    assert.equal(
      await quotas.pull(
        name('a'),
        async () => true,
        async () => 'held',
      ),
      'held',
    );
    await assert.rejects(
      quotas.pull(name('a'), NO, async () => 'x'),
      RateLimitedError,
    );
  });

  it('count each upstream by itself, and one that says nothing not at all', async () => {
    const { quotas, look } = scene(10, 10);
    look(name('a'));
    const ghcr = name('b', 'ghcr.io');
    const header = (key: string) => (key === 'cache-status' ? 'docker-mirror; fwd=uri-miss' : undefined);
    quotas.watch(ghcr.ns)({ status: 200, header });
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, at) => quotas.pull(ghcr, NO, async () => at)),
    );
    assert.equal(all.length, 50);
    await assert.rejects(
      quotas.pull(name('a', undefined), NO, async () => 'x'),
      {
        message: /^it waits for docker\.io until .* \(10 pulls left of 100, 10 are kept for people\)$/,
      },
    );
  });

  it('take a refusal for what it is, for a person too, and for all that comes after', async () => {
    const upstream = scene(3, undefined);
    const results = await refresh(upstream, 8, 1);
    assert.deepEqual(results, { whole: 3, waiting: 5 });
    await assert.rejects(
      upstream.quotas.ask(name('x'), () => Promise.reject(new MirrorRequestError('no', 429))),
      RateLimitedError,
    );
    await assert.rejects(
      upstream.quotas.ask(name('x'), () => Promise.reject(new MirrorRequestError('no', 404))),
      { status: 404 },
    );
    assert.equal(upstream.quotas.isWorthIt('docker.io', 1), false);
    assert.equal(upstream.quotas.isWorthIt('quay.io', 1), true);
  });

  it('keep nobody waiting who was told to end', async () => {
    const stop = new AbortController();
    const { quotas, look } = scene(11, 10, stop.signal);
    look(name('a'));
    const first = quotas.pull(
      name('a'),
      NO,
      () =>
        new Promise((_, reject) => stop.signal.addEventListener('abort', () => reject(stop.signal.reason))),
    );
    const second = quotas.pull(name('b'), NO, async () => 'x');
    await new Promise(setImmediate);
    stop.abort(new Error('as planned'));
    await assert.rejects(first, /as planned/);
    await assert.rejects(second, /as planned/);
  });
});
