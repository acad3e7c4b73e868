import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Parts } from '../../parts/cleanup.js';
import { type CountingProxy, startCountingProxy } from '../../parts/counting-proxy.js';
import { startCountingRegistryProxy } from '../../parts/counting-registry-proxy.js';
import { request } from '../../parts/http.js';
import { startServer, type TestServer } from '../../parts/http-server.js';
import { randomBytesOf } from '../../parts/layers.js';

const BODY = randomBytesOf('proxied', 300_000);

describe('the proxies of the tests', () => {
  const parts = new Parts();
  let server: TestServer;
  let proxy: CountingProxy;

  before(async () => {
    server = parts.add(
      await startServer((message, response) => {
        if (message.method === 'GET') response.end(BODY);
        else message.pipe(response);
      }),
    );
    proxy = parts.add(await startCountingProxy(server.port));
  });
  beforeEach(() => {
    proxy.setFaults({});
    proxy.reset();
  });
  after(() => parts.close());

  it('pass on everything both ways, and count it', async () => {
    assert.ok((await request(proxy.url)).body.equals(BODY));
    assert.ok((await request(proxy.url, { method: 'POST', body: BODY })).body.equals(BODY));
    assert.equal(proxy.connections.length, 2);
    const { sent, received } = proxy.total;
    assert.ok(sent > BODY.length && sent < BODY.length + 1_000, String(sent));
    assert.ok(received > 2 * BODY.length && received < 2 * BODY.length + 1_000, String(received));
  });

  it('break connections off after so many bytes, so many times', async () => {
    proxy.setFaults({ breakAfter: 10_000, breakTimes: 2 });
    await assert.rejects(request(proxy.url), /aborted/);
    await assert.rejects(request(proxy.url), /aborted/);
    assert.deepEqual(
      proxy.connections.map(({ received }) => received),
      [10_000, 10_000],
    );
    assert.ok((await request(proxy.url)).body.equals(BODY));
  });

  it('refuse connections', async () => {
    proxy.setFaults({ refuse: true });
    await assert.rejects(request(proxy.url), /ECONNRESET|hang up/);
  });

  it('are a black hole when told to', async () => {
    proxy.setFaults({ silent: true });
    await assert.rejects(request(proxy.url, { timeout: 200 }), /aborted/);
    assert.equal(proxy.total.received, 0);
  });

  it('delay and slow down', async () => {
    proxy.setFaults({ delay: 100, rate: 1_000_000 });
    const begun = performance.now();
    assert.ok((await request(proxy.url)).body.equals(BODY));
    assert.ok(performance.now() - begun >= 380);
  });

  it('tell a stopped target by ending the connection', async () => {
    await server.stop();
    try {
      await assert.rejects(request(proxy.url), /ECONNRESET|hang up|aborted/);
    } finally {
      await server.start();
    }
    assert.ok((await request(proxy.url)).body.equals(BODY));
  });

  it('count blob bytes by digest', async () => {
    const counter = parts.add(await startCountingRegistryProxy(server.url));
    await request(`${counter.url}/v2/a/blobs/sha256:one`);
    await request(`${counter.url}/v2/a/blobs/sha256:two?ns=x`);
    await request(`${counter.url}/v2/a/manifests/1`);
    assert.equal(counter.blobBytes('sha256:one'), BODY.length);
    assert.equal(counter.blobBytes(), 2 * BODY.length);
    assert.equal(counter.count('GET', '/manifests/'), 1);
    counter.reset();
    assert.equal(counter.blobBytes(), 0);
  });
});
