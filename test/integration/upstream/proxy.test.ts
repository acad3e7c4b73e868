import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { UpstreamError } from '#src/upstream/errors.js';
import { type Certificates, makeCertificates } from './certificates.js';
import { connect, drain, noise, serve } from './fixture.js';
import { type ForwardProxyOptions, startForwardProxy } from './forward-proxy.js';

async function proxy(test: TestContext, options?: ForwardProxyOptions) {
  const started = await startForwardProxy(options);
  test.after(() => started.close());
  return started;
}

describe('a proxy from the environment', () => {
  let own: Certificates;
  before(() => {
    own = makeCertificates();
  });
  after(() => own.remove());

  it('is asked for a tunnel to an https upstream, with its user', async (test) => {
    const hostname = 'registry.test';
    const registry = await serve(test, { tls: own, hostname, auth: { kind: 'bearer' }, redirectBlobs: true });
    const through = await proxy(test, { username: 'us er', password: 'p@ss' });
    const { upstream, lines } = connect(test, registry.endpoint, {
      env: { HTTPS_PROXY: through.url.href, HTTP_PROXY: 'http://127.0.0.1:1' },
      ca: own.caFile,
    });
    const blob = noise(300_000);
    const digest = registry.library.addBlob('a', blob);
    assert.ok((await drain((await upstream.getBlob('a', digest)).body)).bytes.equals(blob));
    const ports = [new URL(registry.origin).port, new URL(registry.cdnOrigin).port];
    assert.ok(ports.every((port) => through.asked.includes(`CONNECT registry.test:${port}`)));
    assert.ok(registry.requests.every(({ headers }) => headers['proxy-authorization'] === undefined));
    assert.ok(!lines.join('').includes('p@ss') && !lines.join('').includes('p%40ss'));
  });

  it('gets the whole URL of an http upstream', async (test) => {
    const registry = await serve(test, { hostname: 'registry.test' });
    registry.library.addManifest('a', {}, 'v1');
    const through = await proxy(test, { username: 'me', password: 'secret' });
    const { upstream } = connect(test, registry.endpoint, { env: { http_proxy: through.url.href } });
    assert.deepEqual((await upstream.tags('a')).tags, ['v1']);
    assert.deepEqual(through.asked, [`GET ${registry.origin}/v2/a/tags/list`]);
  });

  it('is passed by for the hosts in NO_PROXY', async (test) => {
    const registry = await serve(test);
    registry.library.addManifest('a', {}, 'v1');
    const { upstream } = connect(test, registry.endpoint, {
      env: { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '127.0.0.0/8' },
    });
    assert.deepEqual((await upstream.tags('a')).tags, ['v1']);
  });

  it('that refuses, is not there or never answers is named, without its password', async (test) => {
    const strict = await proxy(test, { username: 'me', password: 'right' });
    const silent = await proxy(test, { silent: true });
    const refused = new URL(strict.url);
    refused.password = 'wrongwrong';
    for (const [url, code] of [
      [refused.href, 'UPSTREAM_FAILED'],
      ['http://me:wrongwrong@127.0.0.1:1', 'UPSTREAM_FAILED'],
      [silent.url.href, 'UPSTREAM_TIMEOUT'],
    ]) {
      for (const scheme of ['http', 'https']) {
        if (url === silent.url.href && scheme === 'http') continue;
        const { upstream, lines } = connect(test, new URL(`${scheme}://registry.test`), {
          env: { HTTP_PROXY: url, HTTPS_PROXY: url },
          limits: { connect: 100 },
        });
        await assert.rejects(upstream.tags('a'), (error) => {
          assert.ok(error instanceof UpstreamError);
          assert.equal(error.code, code, `${url} ${scheme}`);
          assert.match(error.message, /the proxy 127\.0\.0\.1:\d+/);
          assert.match(error.hint ?? '', /HTTPS_PROXY/);
          assert.ok(!`${error.message}${error.stack}${error.cause}${lines}`.includes('wrongwrong'));
          return true;
        });
      }
    }
  });
});

describe('an upstream that is not on this machine', () => {
  const REFUSED = { code: 'UPSTREAM_INVALID', retryable: false, message: /which is not followed/ };

  // Behind a proxy, so that it can have a name that is not this machine's.
  async function remote(test: TestContext, noProxy = '') {
    const registry = await serve(test, { hostname: 'registry.test' });
    const victim = await serve(test);
    const through = await proxy(test);
    const env = { HTTP_PROXY: through.url.href, NO_PROXY: noProxy };
    const { upstream } = connect(test, registry.endpoint, { env });
    const digest = registry.library.addBlob('a', noise(10));
    return { registry, victim, upstream, digest, port: new URL(victim.origin).port };
  }

  for (const name of [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    '[::]',
  ]) {
    it(`cannot make the mirror ask ${name}`, async (test) => {
      const { registry, victim, upstream, digest, port } = await remote(test);
      registry.on({ path: /blobs/, plan: { location: `http://${name}:${port}/` } });
      await assert.rejects(upstream.getBlob('a', digest), REFUSED);
      const headers = { 'www-authenticate': `Bearer realm="http://${name}:${port}/token"` };
      registry.on({ path: /tags/, plan: { status: 401, headers } });
      await assert.rejects(upstream.tags('a'), REFUSED);
      assert.equal(victim.requests.length, 0);
    });
  }

  for (const name of ['169.254.169.254', '[fe80::1]', 'localhost', 'x.localhost.']) {
    it(`cannot make the mirror ask ${name} either`, async (test) => {
      const { registry, upstream, digest } = await remote(test);
      registry.on({ path: /blobs/, plan: { location: `http://${name}/latest/meta-data` } });
      await assert.rejects(upstream.getBlob('a', digest), REFUSED);
    });
  }

  it('cannot use a name that resolves to this machine: the address is checked when connecting', async (test) => {
    const { registry, victim, upstream, digest, port } = await remote(test, 'localhost');
    registry.on({ path: /blobs/, plan: { location: `http://localhost:${port}/` } });
    await assert.rejects(upstream.getBlob('a', digest), REFUSED);
    assert.equal(victim.requests.length, 0);
  });
});
