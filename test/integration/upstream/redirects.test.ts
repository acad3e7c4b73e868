import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SIGNATURE } from '../../parts/scripted-registry.js';
import { drain, knownUser, noise, pair, serve } from './fixture.js';

const BLOB = noise(100_000);

describe('redirects', () => {
  it('to another origin are followed without the credentials', async (test) => {
    const auth = { kind: 'bearer', username: 'me', password: 'secret' } as const;
    const { registry, upstream } = await pair(
      test,
      { auth, redirectBlobs: true },
      { credentials: knownUser('me', 'secret') },
    );
    const digest = registry.library.addBlob('a', BLOB);
    const { body } = await upstream.getBlob('a', digest, { offset: 10 });
    assert.ok((await drain(body)).bytes.equals(BLOB.subarray(10)));
    const [request] = registry.at('cdn');
    assert.equal(request?.headers.authorization, undefined);
    assert.equal(request?.headers.range, 'bytes=10-');
    assert.equal(request?.path.endsWith(SIGNATURE), true);
  });

  it('that come back home from elsewhere bring no credentials either', async (test) => {
    const auth = { kind: 'basic', username: 'me', password: 'secret' } as const;
    const setup = { credentials: knownUser('me', 'secret') };
    const { registry, upstream } = await pair(test, { auth, redirectBlobs: true }, setup);
    const digest = registry.library.addBlob('a', BLOB);
    registry.on({ site: 'cdn', plan: { location: `${registry.origin}/v2/a/blobs/${digest}` } });
    await assert.rejects(upstream.getBlob('a', digest), { code: 'UPSTREAM_DENIED' });
    assert.equal(registry.requests.at(-1)?.headers.authorization, undefined);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`of status ${status} to a relative place keep the credentials`, async (test) => {
      const auth = { kind: 'basic', username: 'me', password: 'secret' } as const;
      const { registry, upstream } = await pair(test, { auth }, { credentials: knownUser('me', 'secret') });
      const digest = registry.library.addBlob('real', BLOB);
      registry.on({ path: /\/v2\/a\//, plan: { status, location: `../../real/blobs/${digest}` } });
      assert.deepEqual(await upstream.headBlob('a', digest), { size: BLOB.length });
    });
  }

  it('are followed five times and not more', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addBlob('a', BLOB);
    registry.on({ plan: { location: '?again' }, times: 5 });
    assert.deepEqual(await upstream.headBlob('a', digest), { size: BLOB.length });
    registry.on({ plan: { location: '?again' } });
    await assert.rejects(upstream.headBlob('a', digest), { code: 'UPSTREAM_INVALID', message: /circles/ });
    assert.equal(registry.requests.length, 12);
  });

  for (const location of ['', 'http://[', 'ftp://127.0.0.1/x', 'file:///etc/passwd', 'data:,x']) {
    it(`to "${location}" are refused`, async (test) => {
      const { registry, upstream } = await pair(test);
      const digest = registry.library.addBlob('a', BLOB);
      registry.on({ plan: { location } });
      await assert.rejects(upstream.headBlob('a', digest), { code: 'UPSTREAM_INVALID', retryable: false });
    });
  }

  it('to storage that does not have the blob do not make it unknown', async (test) => {
    const { registry, upstream } = await pair(test, { redirectBlobs: true });
    const digest = registry.library.addBlob('a', BLOB);
    registry.on({ site: 'cdn', plan: { status: 404 } });
    await assert.rejects(upstream.getBlob('a', digest), { code: 'UPSTREAM_FAILED', status: 404 });
    registry.on({ site: 'cdn', plan: { status: 403 } });
    await assert.rejects(upstream.getBlob('a', digest), { code: 'UPSTREAM_DENIED', message: /storage/ });
  });

  it('leave no signature and no credential in logs and errors', async (test) => {
    const auth = { kind: 'bearer', username: 'me', password: 'hunter2hunter2' } as const;
    const setup = { credentials: knownUser('me', 'hunter2hunter2'), limits: { attempts: 2 } };
    const { registry, upstream, lines } = await pair(test, { auth, redirectBlobs: true }, setup);
    const digest = registry.library.addBlob('a', BLOB);
    const errors: unknown[] = [];
    for (const plan of [{}, { status: 500 }, { reset: true }, { location: `http://[?${SIGNATURE}` }]) {
      registry.on({ site: 'cdn', plan });
      await upstream.getBlob('a', digest).then(
        ({ body }) => drain(body),
        (error) => errors.push(error.message, error.hint, error.stack, String(error.cause)),
      );
    }
    registry.on({
      plan: { status: 403, body: JSON.stringify({ errors: [{ code: 'X', message: 'see below' }] }) },
    });
    await upstream.getBlob('a', digest).catch((error) => errors.push(error.message));
    const told = [...lines, ...errors, JSON.stringify(upstream.status())].join('\n');
    const tokens = registry.requests.map(({ headers }) => headers.authorization?.split(' ')[1]);
    for (const secret of ['hunter2', 'signature=', ...tokens.filter((token) => token !== undefined)]) {
      assert.ok(!told.includes(secret), `${secret} in ${told}`);
    }
    assert.ok(lines.length > 5);
    assert.ok(told.includes(registry.cdnOrigin));
  });

  it('do not repeat a credential that the upstream repeats', async (test) => {
    const auth = { kind: 'basic', username: 'me', password: 'secret' } as const;
    const { registry, upstream } = await pair(test, { auth }, { credentials: knownUser('me', 'secret') });
    const token = Buffer.from('me:secret').toString('base64');
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: `not you, ${token}` }] });
    registry.on({ when: ({ headers }) => headers.authorization !== undefined, plan: { status: 403, body } });
    await assert.rejects(upstream.tags('a'), ({ message }: Error) => !message.includes(token));
  });
});

describe('a token server', () => {
  const challenge = (realm: string) => ({ 'www-authenticate': `Bearer realm="${realm}"` });

  it('that sends who asks elsewhere gets no credentials there', async (test) => {
    const auth = { kind: 'bearer', username: 'me', password: 'secret' } as const;
    const other = await serve(test);
    const { registry, upstream } = await pair(test, { auth }, { credentials: knownUser('me', 'secret') });
    registry.on({ site: 'token', plan: { location: `${other.origin}/token` } });
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_FAILED', message: /redirect/ });
    assert.equal(other.requests.length, 0);
  });

  for (const realm of ['', 'token', 'ftp://127.0.0.1/token']) {
    it(`named "${realm}" is not asked`, async (test) => {
      const { registry, upstream } = await pair(test);
      registry.on({ plan: { status: 401, headers: challenge(realm) } });
      await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_INVALID' });
    });
  }
});
