import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { UpstreamError } from '#src/upstream/errors.js';
import { type Certificates, makeCertificates } from './certificates.js';
import { connect, drain, noise, pair, serve } from './fixture.js';

describe('an upstream with TLS', () => {
  let own: Certificates;
  let wrongName: Certificates;
  before(() => {
    own = makeCertificates();
    wrongName = makeCertificates('DNS:elsewhere.test');
  });
  after(() => {
    own.remove();
    wrongName.remove();
  });

  it('is reached with its own authority, tokens and storage too', async (test) => {
    const options = { tls: own, auth: { kind: 'bearer' }, redirectBlobs: true } as const;
    const { registry, upstream } = await pair(test, options, { ca: own.caFile });
    const blob = noise(500_000);
    const digest = registry.library.addBlob('a', blob);
    const { body } = await upstream.getBlob('a', digest);
    assert.ok((await drain(body)).bytes.equals(blob));
    assert.equal(registry.at('cdn').length, 1);
    assert.equal(registry.at('token').length, 1);
  });

  it('whose authority is unknown says which setting helps, and does not open the circuit', async (test) => {
    const { upstream } = await pair(test, { tls: own });
    for (let times = 0; times < 6; times++) {
      await assert.rejects(upstream.tags('a'), (error) => {
        assert.ok(error instanceof UpstreamError);
        assert.equal(error.code, 'UPSTREAM_FAILED');
        assert.equal(error.retryable, false);
        assert.match(error.hint ?? '', /mirror\.upstreams\[\]\.ca/);
        return true;
      });
    }
    assert.equal(upstream.status().circuit, 'closed');
  });

  it('trusts only the authority it was given', async (test) => {
    const { upstream } = await pair(test, { tls: own }, { ca: wrongName.caFile });
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_FAILED', message: /authority/ });
  });

  it('with a certificate for another name is not trusted', async (test) => {
    const { upstream } = await pair(test, { tls: wrongName }, { ca: wrongName.caFile });
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_FAILED', message: /another name/ });
  });

  it('that is not there, plain HTTP instead, is recognised', async (test) => {
    const registry = await serve(test);
    const endpoint = new URL(registry.origin.replace('http:', 'https:'));
    const { upstream } = connect(test, endpoint);
    await assert.rejects(upstream.tags('a'), (error) => {
      assert.ok(error instanceof UpstreamError);
      assert.match(error.hint ?? '', /http:\/\//);
      return true;
    });
  });

  it('redirects to plain HTTP in vain, and gets no token from there', async (test) => {
    const plain = await serve(test);
    const { registry, upstream } = await pair(test, { tls: own }, { ca: own.caFile });
    const digest = registry.library.addBlob('a', noise(10));
    registry.on({ path: /blobs/, plan: { location: `${plain.origin}/x` } });
    await assert.rejects(upstream.getBlob('a', digest), { code: 'UPSTREAM_INVALID', message: /from https/ });
    const headers = { 'www-authenticate': `Bearer realm="${plain.origin}/token"` };
    registry.on({ path: /tags/, plan: { status: 401, headers } });
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_INVALID', message: /without TLS/ });
    assert.equal(plain.requests.length, 0);
  });

  it('is not made with a file that holds no authorities', (test) => {
    const empty = join(own.folder, 'empty.pem');
    writeFileSync(empty, 'nothing');
    for (const ca of [empty, join(own.folder, 'missing.pem')]) {
      assert.throws(
        () => connect(test as never, new URL('https://127.0.0.1'), { ca }),
        (error) => error instanceof UpstreamError && error.message.includes(ca),
      );
    }
  });
});
