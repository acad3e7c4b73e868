import assert from 'node:assert/strict';
import net from 'node:net';
import { describe, it } from 'node:test';
import { UpstreamError } from '#src/upstream/errors.js';
import { connect, noise, pair, serve, until } from './fixture.js';

const MANIFEST = { schemaVersion: 2 };

describe('an upstream that fails', () => {
  for (const [status, code, attempts] of [
    [400, 'UPSTREAM_FAILED', 1],
    [403, 'UPSTREAM_DENIED', 1],
    [404, 'UPSTREAM_NOT_FOUND', 1],
    [408, 'UPSTREAM_FAILED', 3],
    [410, 'UPSTREAM_FAILED', 1],
    [429, 'UPSTREAM_RATE_LIMITED', 1],
    [500, 'UPSTREAM_FAILED', 3],
    [501, 'UPSTREAM_FAILED', 1],
    [502, 'UPSTREAM_FAILED', 3],
    [503, 'UPSTREAM_FAILED', 3],
  ] as const) {
    it(`with ${status} gives ${code} after ${attempts} attempts`, async (test) => {
      const { registry, upstream } = await pair(test);
      registry.on({ plan: { status } });
      await assert.rejects(upstream.getManifest('a', 'v1'), (error) => {
        assert.ok(error instanceof UpstreamError);
        assert.equal(error.code, code);
        assert.equal(error.status, status);
        assert.equal(error.host, 'registry.test');
        return true;
      });
      assert.equal(registry.requests.length, attempts);
    });
  }

  it('once or twice is asked again and nobody notices', async (test) => {
    const { registry, upstream, lines } = await pair(test);
    const digest = registry.library.addManifest('a', MANIFEST, 'v1');
    registry.on({ plan: { status: 503 }, times: 2 });
    registry.on({ plan: { reset: true }, times: 1 });
    assert.equal((await upstream.headManifest('a', 'v1')).digest, digest);
    assert.equal(lines.filter((line) => line.includes('asking upstream again')).length, 2);
    assert.equal(upstream.status().circuit, 'closed');
  });

  it('says in its own words why, on one line and not at length', async (test) => {
    const { registry, upstream } = await pair(test);
    const message = `too\nmany ${'x'.repeat(500)}`;
    registry.on({ plan: { status: 403, body: JSON.stringify({ errors: [{ code: 'DENIED', message }] }) } });
    await assert.rejects(upstream.tags('a'), (error: Error) => {
      assert.match(error.message, /\(DENIED: too many x+\)$/);
      assert.ok(error.message.length < 300);
      return true;
    });
  });

  it('is asked again when a limit lasts a second or less, and reports a longer one', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addManifest('a', MANIFEST, 'v1');
    registry.on({ plan: { status: 429, headers: { 'retry-after': '0' } }, times: 1 });
    assert.equal((await upstream.headManifest('a', 'v1')).digest, digest);
    const date = new Date(Date.now() + 90_000).toUTCString();
    registry.on({ plan: { status: 429, headers: { 'retry-after': date } } });
    await assert.rejects(upstream.headManifest('a', 'v1'), (error) => {
      assert.ok(error instanceof UpstreamError);
      assert.equal(error.code, 'UPSTREAM_RATE_LIMITED');
      assert.ok(error.retryAfter !== undefined && error.retryAfter > 80 && error.retryAfter <= 90);
      return true;
    });
    assert.equal(upstream.status().lastError?.code, 'UPSTREAM_RATE_LIMITED');
    assert.equal(upstream.status().circuit, 'closed');
  });

  it('is not asked again beyond the deadline', async (test) => {
    const { registry, upstream } = await pair(test, {}, { limits: { backoff: 60_000 } });
    registry.on({ plan: { status: 500 } });
    await assert.rejects(upstream.tags('a', { deadline: 3_000 }), { code: 'UPSTREAM_FAILED' });
    assert.equal(registry.requests.length, 1);
  });

  it('by refusing connections says so', async (test) => {
    const registry = await serve(test);
    const { endpoint } = registry;
    await registry.close();
    const { upstream } = connect(test, endpoint);
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_FAILED', message: /refuses connections/ });
  });

  it('by having no address says so', async (test) => {
    const { upstream } = connect(test, new URL('http://nowhere.invalid'), { limits: { attempts: 1 } });
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_FAILED', message: /resolved/ });
  });

  it('by not talking HTTP says so', async (test) => {
    const server = net.createServer((socket) =>
      socket.on('error', () => undefined).end('SSH-2.0-OpenSSH\r\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    test.after(() => server.close());
    const { port } = server.address() as net.AddressInfo;
    const { upstream } = connect(test, new URL(`http://127.0.0.1:${port}`));
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_FAILED', message: /not HTTP/ });
  });

  it('by silence gives a time-out, from its own limit or from the deadline', async (test) => {
    const { registry, upstream } = await pair(test, {}, { limits: { headers: 50, attempts: 1 } });
    registry.on({ plan: { blackHole: true } });
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_TIMEOUT', retryable: true });
    const patient = connect(test, registry.endpoint).upstream;
    await assert.rejects(patient.tags('a', { deadline: 50 }), { code: 'UPSTREAM_TIMEOUT', retryable: true });
  });

  it('in the middle of a manifest is given up at the deadline', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addManifest('a', { ...MANIFEST, filler: 'x'.repeat(1000) });
    registry.on({ plan: { stallAfter: 10 } });
    await assert.rejects(upstream.getManifest('a', digest, { deadline: 100 }), { code: 'UPSTREAM_TIMEOUT' });
  });

  it('keeps nobody waiting when its requests are abandoned in the queue', async (test) => {
    const { registry, upstream } = await pair(test, {}, { limits: { connections: 1 } });
    registry.on({ path: /\/a\//, plan: { blackHole: true } });
    const holding = new AbortController();
    const held = upstream.tags('a', { signal: holding.signal });
    await until(() => registry.requests.length === 1, 'the first request holds the connection');
    await assert.rejects(upstream.tags('a', { deadline: 50 }), { code: 'UPSTREAM_TIMEOUT' });
    holding.abort(new Error('enough'));
    await assert.rejects(held, /enough/);
    registry.library.addManifest('b', MANIFEST, 'v1');
    assert.deepEqual((await upstream.tags('b')).tags, ['v1']);
    assert.equal(registry.requests.length, 2);
  });
});

describe('the circuit breaker', () => {
  it('answers at once after enough failures, lets one try later, and closes when that succeeds', async (test) => {
    let now = 1_000_000;
    const { registry, upstream, lines } = await pair(test, {}, { now: () => now });
    registry.on({ plan: { reset: true } });
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_FAILED' });
    now += 1;
    await assert.rejects(upstream.tags('a'));
    assert.equal(upstream.status().circuit, 'open');
    const asked = registry.requests.length;
    await assert.rejects(upstream.tags('a'), {
      code: 'UPSTREAM_CIRCUIT_OPEN',
      retryAfter: 10,
      retryable: true,
    });
    assert.equal(registry.requests.length, asked);
    now += 10_000;
    assert.equal(upstream.status().circuit, 'half-open');
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_CIRCUIT_OPEN', retryAfter: 20 });
    assert.equal(registry.requests.length, asked + 1);
    now += 20_000;
    registry.behave();
    registry.library.addManifest('a', MANIFEST, 'v1');
    assert.deepEqual((await upstream.tags('a')).tags, ['v1']);
    assert.equal(upstream.status().circuit, 'closed');
    assert.ok(lines.some((line) => line.includes('answers again')));
  });

  it('lets one who asks a black hole wait once, and everybody after the second not at all', async (test) => {
    const { registry, upstream } = await pair(test, {}, { limits: { headers: 100 } });
    registry.on({ plan: { blackHole: true } });
    for (const asked of [1, 2]) {
      await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_TIMEOUT' });
      assert.equal(registry.requests.length, asked);
    }
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_CIRCUIT_OPEN' });
    assert.equal(registry.requests.length, 2);
  });

  it('opens for a black hole as soon as the first requests waited in vain', async (test) => {
    const { registry, upstream } = await pair(test, {}, { limits: { headers: 100 } });
    registry.on({ plan: { blackHole: true } });
    const all = Array.from({ length: 20 }, () => upstream.tags('a').catch((error) => error.code));
    const codes = await Promise.all(all);
    assert.equal(upstream.status().circuit, 'open');
    assert.equal(registry.requests.length, 20);
    assert.ok(codes.every((code) => code === 'UPSTREAM_CIRCUIT_OPEN' || code === 'UPSTREAM_TIMEOUT'));
    const began = performance.now();
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_CIRCUIT_OPEN' });
    assert.ok(performance.now() - began < 50);
  });

  it('takes no notice of callers who leave or are in a hurry, of answers, nor of many that break at once', async (test) => {
    const { registry, upstream } = await pair(test, {}, { limits: { attempts: 1 } });
    // Rules without a count: a request that was given up may arrive late, and would use up what another one is to meet.
    registry.on({ plan: { blackHole: true } });
    for (let times = 0; times < 10; times++) {
      await assert.rejects(upstream.tags('a', { deadline: 5 }));
    }
    for (const status of [404, 403, 429, 404, 403, 429]) {
      registry.behave();
      registry.on({ plan: { status } });
      await assert.rejects(upstream.tags('a'), { status });
    }
    registry.behave();
    const digest = registry.library.addBlob('a', noise(100_000));
    registry.on({ plan: { stallAfter: 10 } });
    const bodies = await Promise.all(Array.from({ length: 10 }, () => upstream.getBlob('a', digest)));
    await registry.close();
    await until(() => bodies.every(({ body }) => body.readableLength === 1), 'the first bytes arrived');
    assert.equal(upstream.status().circuit, 'closed');
  });
});

describe('closing an upstream', () => {
  it('ends everything that is under way', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', noise(100_000));
    registry.on({ plan: { stallAfter: 10 } });
    const { body } = await upstream.getBlob('a', digest);
    registry.on({ plan: { blackHole: true } });
    const waiting = assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_FAILED' });
    await until(() => registry.requests.length === 2, 'both are under way');
    await upstream.close();
    await waiting;
    body.resume();
    await until(() => body.errored !== null, 'the body ended');
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_FAILED', message: /closed/ });
  });
});
