import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CredentialSource } from '#src/upstream/credentials.js';
import { UpstreamError } from '#src/upstream/errors.js';
import { connect, knownUser, noise, pair, serve } from './fixture.js';

const MANIFEST = { schemaVersion: 2 };
const identity = (token: string): CredentialSource => ({
  file: '/somewhere/auth.json',
  find: async () => ({ kind: 'identity-token', token }),
});

describe('tokens', () => {
  it('are fetched once for fifty requests at a time, then sent without being asked for', async (test) => {
    const { registry, upstream } = await pair(test, { auth: { kind: 'bearer', delay: 100 } });
    registry.library.addManifest('library/app', MANIFEST, 'v1');
    await Promise.all(Array.from({ length: 50 }, () => upstream.headManifest('library/app', 'v1')));
    assert.equal(registry.at('token').length, 1);
    const asked = new URL(registry.at('token')[0]?.path ?? '', 'http://x').searchParams;
    assert.equal(asked.get('scope'), 'repository:library/app:pull');
    assert.equal(asked.get('service'), 'scripted registry');
    const before = registry.requests.length;
    await upstream.getManifest('library/app', 'v1');
    assert.equal(registry.requests.length, before + 1);
  });

  it('of another repository are fetched ahead, without a 401', async (test) => {
    const { registry, upstream } = await pair(test, { auth: { kind: 'bearer' } });
    registry.library.addManifest('one', MANIFEST, 'v1');
    registry.library.addManifest('two', MANIFEST, 'v1');
    await upstream.headManifest('one', 'v1');
    await upstream.headManifest('two', 'v1');
    assert.deepEqual(
      registry.requests.map(({ site, status }) => `${site} ${status}`),
      ['registry 401', 'token 200', 'registry 200', 'token 200', 'registry 200'],
    );
  });

  it('may come as access_token, and for a challenge without a scope', async (test) => {
    const auth = { kind: 'bearer', member: 'access_token', silentScope: true } as const;
    const { registry, upstream } = await pair(test, { auth });
    const digest = registry.library.addBlob('x/y', noise(10));
    assert.deepEqual(await upstream.headBlob('x/y', digest), { size: 10 });
  });

  it('live 60 s when their server does not say, and are renewed shortly before', async (test) => {
    let now = Date.now();
    const { registry, upstream } = await pair(test, { auth: { kind: 'bearer' } }, { now: () => now });
    registry.library.addManifest('a', MANIFEST, 'v1');
    await upstream.headManifest('a', 'v1');
    now += 50_000;
    await upstream.headManifest('a', 'v1');
    assert.equal(registry.at('token').length, 1);
    now += 5_000;
    await upstream.headManifest('a', 'v1');
    assert.equal(registry.at('token').length, 2);
    assert.equal(registry.requests.filter(({ status }) => status === 401).length, 1);
  });

  it('that are refused are dropped, and a new one is tried once', async (test) => {
    const { registry, upstream } = await pair(test, { auth: { kind: 'bearer', expiresIn: 3600 } });
    registry.library.addManifest('a', MANIFEST, 'v1');
    await upstream.headManifest('a', 'v1');
    registry.revokeTokens();
    await Promise.all(Array.from({ length: 20 }, () => upstream.headManifest('a', 'v1')));
    assert.equal(registry.at('token').length, 2);
    const challenge = `Bearer realm="${registry.origin}/token",service="scripted registry"`;
    registry.on({ plan: { status: 401, headers: { 'www-authenticate': challenge } } });
    const before = registry.at('registry').length;
    await assert.rejects(upstream.headManifest('a', 'v1'), { code: 'UPSTREAM_DENIED', status: 401 });
    assert.equal(registry.at('registry').length, before + 2);
  });

  it('are fetched with the user of the settings, which wins over the file', async (test) => {
    const auth = { kind: 'bearer', username: 'me', password: 'p:w' } as const;
    const setup = { username: 'me', password: 'p:w', credentials: knownUser('other', 'wrong') };
    const { registry, upstream } = await pair(test, { auth }, setup);
    const digest = registry.library.addManifest('a', MANIFEST, 'v1');
    assert.equal((await upstream.getManifest('a', 'v1')).digest, digest);
  });

  it('are refused to strangers, with the setting to change', async (test) => {
    const registry = await serve(test, { auth: { kind: 'bearer', username: 'me', password: 'secret' } });
    registry.library.addManifest('a', MANIFEST, 'v1');
    const anonymous = connect(test, registry.endpoint).upstream;
    await assert.rejects(anonymous.headManifest('a', 'v1'), (error) => {
      assert.ok(error instanceof UpstreamError);
      assert.equal(error.code, 'UPSTREAM_DENIED');
      assert.match(error.hint ?? '', /mirror\.credentials/);
      return true;
    });
    const wrong = connect(test, registry.endpoint, { credentials: knownUser('me', 'wrong') }).upstream;
    await assert.rejects(wrong.headManifest('a', 'v1'), (error) => {
      assert.ok(error instanceof UpstreamError);
      assert.equal(error.code, 'UPSTREAM_DENIED');
      assert.match(error.hint ?? '', /\/somewhere\/auth\.json/);
      assert.doesNotMatch(`${error.message} ${error.hint}`, /wrong/);
      return true;
    });
    assert.equal(wrong.status().circuit, 'closed');
  });

  it('are exchanged for an identity token by POST', async (test) => {
    const auth = { kind: 'bearer', refreshToken: 'r3fr3sh' } as const;
    const { registry, upstream } = await pair(test, { auth }, { credentials: identity('r3fr3sh') });
    registry.library.addManifest('a', MANIFEST, 'v1');
    await upstream.headManifest('a', 'v1');
    const [request] = registry.at('token');
    const form = new URLSearchParams(request?.body);
    assert.equal(request?.method, 'POST');
    assert.equal(form.get('grant_type'), 'refresh_token');
    assert.equal(form.get('service'), 'scripted registry');
    assert.equal(form.get('scope'), 'repository:a:pull');
    assert.equal(request?.headers.authorization, undefined);
  });

  it('whose server is busy, broken or talks nonsense give the error that fits', async (test) => {
    const { registry, upstream } = await pair(test, { auth: { kind: 'bearer' } });
    registry.library.addManifest('a', MANIFEST, 'v1');
    registry.on({ site: 'token', plan: { status: 429, headers: { 'retry-after': '9' } }, times: 1 });
    await assert.rejects(upstream.headManifest('a', 'v1'), { code: 'UPSTREAM_RATE_LIMITED', retryAfter: 9 });
    registry.on({ site: 'token', plan: { status: 200, body: '{"token":"a\\nb"}' }, times: 1 });
    await assert.rejects(upstream.headManifest('a', 'v1'), { code: 'UPSTREAM_FAILED', message: /no token/ });
    registry.on({ site: 'token', plan: { status: 200, body: '<html>' }, times: 1 });
    await assert.rejects(upstream.headManifest('a', 'v1'), { code: 'UPSTREAM_FAILED' });
    registry.on({ site: 'token', plan: { status: 503 }, times: 2 });
    assert.ok((await upstream.headManifest('a', 'v1')).digest);
  });

  it('are given up by who leaves, and fetched on for the others', async (test) => {
    const { registry, upstream } = await pair(test, { auth: { kind: 'bearer', delay: 150 } });
    registry.library.addManifest('a', MANIFEST, 'v1');
    const leaving = new AbortController();
    const left = upstream.headManifest('a', 'v1', { signal: leaving.signal });
    const staying = upstream.headManifest('a', 'v1');
    await new Promise((resolve) => setTimeout(resolve, 75));
    leaving.abort(new Error('left'));
    await assert.rejects(left, /left/);
    assert.ok((await staying).digest);
    assert.equal(registry.at('token').length, 1);
  });
});

describe('Basic authentication', () => {
  const auth = { kind: 'basic', username: 'me', password: 'pass:word' } as const;

  it('answers a Basic challenge, and is sent ahead from then on', async (test) => {
    const { registry, upstream } = await pair(test, { auth }, { credentials: knownUser('me', 'pass:word') });
    registry.library.addManifest('a', MANIFEST, 'v1');
    await upstream.headManifest('a', 'v1');
    await upstream.headManifest('a', 'v1');
    assert.deepEqual(
      registry.requests.map(({ status }) => status),
      [401, 200, 200],
    );
  });

  it('is denied without credentials or with wrong ones', async (test) => {
    const registry = await serve(test, { auth });
    registry.library.addManifest('a', MANIFEST, 'v1');
    const anonymous = connect(test, registry.endpoint).upstream;
    await assert.rejects(anonymous.headManifest('a', 'v1'), { code: 'UPSTREAM_DENIED', status: 401 });
    const wrong = connect(test, registry.endpoint, { credentials: knownUser('me', 'no') }).upstream;
    await assert.rejects(wrong.headManifest('a', 'v1'), { code: 'UPSTREAM_DENIED', status: 401 });
    await assert.rejects(wrong.headManifest('a', 'v1'), { code: 'UPSTREAM_DENIED', status: 401 });
  });
});
