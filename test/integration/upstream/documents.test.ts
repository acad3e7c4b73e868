import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Digest } from '#src/oci/digest.js';
import { MANIFEST_ACCEPT, OCI_INDEX, OCI_MANIFEST } from '#src/oci/media-type.js';
import { digestOf } from '../../parts/scripted-registry.js';
import { pair } from './fixture.js';

const MANIFEST = { schemaVersion: 2, config: {}, layers: [] };

describe('manifests of an upstream', () => {
  it('are looked up by HEAD alone, always with the same Accept', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addManifest('library/app', MANIFEST, 'v1');
    const info = await upstream.headManifest('library/app', 'v1');
    const size = JSON.stringify(MANIFEST).length;
    assert.deepEqual(info, { digest, size, mediaType: OCI_MANIFEST });
    assert.equal(registry.requests.length, 1);
    assert.equal(registry.requests[0]?.method, 'HEAD');
    assert.equal(registry.requests[0]?.headers.accept, MANIFEST_ACCEPT);
  });

  for (const status of [400, 405, 501]) {
    it(`are fetched where HEAD is answered with ${status}`, async (test) => {
      const { registry, upstream } = await pair(test);
      const digest = registry.library.addManifest('a', MANIFEST, 'v1');
      registry.on({ method: 'HEAD', plan: { status } });
      assert.equal((await upstream.headManifest('a', 'v1')).digest, digest);
      assert.deepEqual(
        registry.requests.map(({ method }) => method),
        ['HEAD', 'GET'],
      );
    });
  }

  for (const header of ['', 'sha256:nonsense']) {
    it(`are fetched where HEAD tells the digest as "${header}"`, async (test) => {
      const { registry, upstream } = await pair(test);
      const digest = registry.library.addManifest('a', MANIFEST, 'v1');
      registry.on({ plan: { headers: { 'docker-content-digest': header } } });
      assert.equal((await upstream.headManifest('a', 'v1')).digest, digest);
    });
  }

  it('come as the very bytes, by tag and by digest', async (test) => {
    const { registry, upstream } = await pair(test);
    const bytes = Buffer.from('{ "schemaVersion":2,\n\t"layers" : [] }\n');
    const digest = registry.library.addManifest('a/b/c', bytes, 'v1');
    assert.deepEqual(await upstream.getManifest('a/b/c', 'v1'), { bytes, digest, mediaType: OCI_MANIFEST });
    assert.deepEqual((await upstream.getManifest('a/b/c', digest)).bytes, bytes);
  });

  it('may be named by sha512', async (test) => {
    const { registry, upstream } = await pair(test);
    const bytes = Buffer.from(JSON.stringify(MANIFEST));
    const digest = `sha512:${createHash('sha512').update(bytes).digest('hex')}` as Digest;
    registry.on({
      path: /sha512/,
      plan: { status: 200, body: bytes, headers: { 'content-type': OCI_MANIFEST } },
    });
    assert.equal((await upstream.getManifest('a', digest)).digest, digest);
  });

  it('with wrong bytes are refused by digest, and asked for again', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addManifest('a', MANIFEST);
    registry.on({ plan: { corrupt: true }, times: 1 });
    assert.equal((await upstream.getManifest('a', digest)).digest, digest);
    registry.on({ plan: { corrupt: true } });
    await assert.rejects(upstream.getManifest('a', digest), { code: 'UPSTREAM_INVALID', retryable: true });
  });

  it('by tag are refused when the upstream names another digest than that of its bytes', async (test) => {
    const { registry, upstream } = await pair(test);
    registry.library.addManifest('a', MANIFEST, 'v1');
    registry.on({ plan: { corrupt: true } });
    await assert.rejects(upstream.getManifest('a', 'v1'), { code: 'UPSTREAM_INVALID' });
  });

  it('of more than 8 MiB are refused before they are read, with or without a length', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addManifest('a', Buffer.alloc(9 * 1024 * 1024, 0x20));
    registry.on({ plan: { chunked: true }, times: 1 });
    await assert.rejects(upstream.getManifest('a', digest), { code: 'UPSTREAM_INVALID', retryable: false });
    await assert.rejects(upstream.getManifest('a', digest), { code: 'UPSTREAM_INVALID', retryable: false });
    const fits = registry.library.addManifest('a', Buffer.alloc(8 * 1024 * 1024, 0x20));
    assert.equal((await upstream.getManifest('a', fits)).bytes.length, 8 * 1024 * 1024);
  });

  it('that break off or are compressed are no manifests', async (test) => {
    const { registry, upstream } = await pair(test);
    const digest = registry.library.addManifest('a', MANIFEST);
    registry.on({ plan: { cutAfter: 10 }, times: 2 });
    assert.equal((await upstream.getManifest('a', digest)).digest, digest);
    registry.on({ plan: { gzip: true } });
    await assert.rejects(upstream.getManifest('a', digest), { code: 'UPSTREAM_INVALID', message: /gzip/ });
  });

  it('are not asked for by names that would leave the repository', async (test) => {
    const { registry, upstream } = await pair(test);
    await assert.rejects(upstream.getManifest('a/../b', 'v1'), { code: 'NAME_INVALID' });
    await assert.rejects(upstream.getManifest('a', '../blobs/x'), { code: 'TAG_INVALID' });
    await assert.rejects(upstream.headManifest('a', 'sha256:abc'), { code: 'DIGEST_INVALID' });
    assert.equal(registry.requests.length, 0);
  });

  it('are found behind an endpoint with a path', async (test) => {
    const { registry, upstream } = await pair(test, { prefix: '/hub/mirror' });
    const digest = registry.library.addManifest('a', MANIFEST, 'v1');
    assert.equal((await upstream.headManifest('a', 'v1')).digest, digest);
    assert.equal(registry.requests[0]?.path, '/hub/mirror/v2/a/manifests/v1');
  });

  it('bring the rate limit along', async (test) => {
    const rateLimit = { limit: '100;w=21600', remaining: '76;w=21600' };
    const { registry, upstream } = await pair(test, { rateLimit }, { now: () => 1234 });
    registry.library.addManifest('a', MANIFEST, 'v1');
    assert.equal(upstream.status().rateLimit, undefined);
    await upstream.headManifest('a', 'v1');
    const expected = { limit: 100, remaining: 76, windowSeconds: 21600, seen: 1234 };
    assert.deepEqual(upstream.status().rateLimit, expected);
  });
});

describe('tags of an upstream', () => {
  it('are read page by page', async (test) => {
    const { registry, upstream } = await pair(test);
    for (const tag of ['a', 'b', 'c', 'd', 'e']) registry.library.addManifest('app', MANIFEST, tag);
    assert.deepEqual(await upstream.tags('app', { n: 2 }), { tags: ['a', 'b'], next: 'b' });
    assert.deepEqual(await upstream.tags('app', { n: 2, last: 'b' }), { tags: ['c', 'd'], next: 'd' });
    assert.deepEqual(await upstream.tags('app', { n: 2, last: 'd' }), { tags: ['e'], next: undefined });
    assert.deepEqual((await upstream.tags('app')).tags, ['a', 'b', 'c', 'd', 'e']);
  });

  it('may be null, and are an error when they are no list', async (test) => {
    const { registry, upstream } = await pair(test);
    registry.on({ plan: { status: 200, body: '{"name":"a","tags":null}' }, times: 1 });
    assert.deepEqual(await upstream.tags('a'), { tags: [], next: undefined });
    registry.on({ plan: { status: 200, body: '<html>' } });
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_INVALID' });
  });

  it('do not go round in circles when a page links to itself', async (test) => {
    const { registry, upstream } = await pair(test);
    const headers = { link: '</v2/a/tags/list?last=x>; rel=next' };
    registry.on({ plan: { status: 200, body: '{"tags":["x"]}', headers } });
    assert.equal((await upstream.tags('a')).next, 'x');
    assert.equal((await upstream.tags('a', { last: 'x' })).next, undefined);
  });
});

describe('referrers of an upstream', () => {
  const subject = digestOf(Buffer.from('subject'));
  const artifact = (type: string) => ({
    schemaVersion: 2,
    artifactType: type,
    subject: { mediaType: OCI_MANIFEST, digest: subject, size: 7 },
  });
  const typesIn = (bytes: Buffer): string[] =>
    JSON.parse(bytes.toString()).manifests.map((each: { artifactType: string }) => each.artifactType);

  it('come from the API, filtered by it', async (test) => {
    const { registry, upstream } = await pair(test);
    registry.library.addManifest('a', artifact('x/sbom'));
    registry.library.addManifest('a', artifact('x/signature'));
    assert.deepEqual(typesIn(await upstream.referrers('a', subject)).sort(), ['x/sbom', 'x/signature']);
    assert.deepEqual(typesIn(await upstream.referrers('a', subject, { artifactType: 'x/sbom' })), ['x/sbom']);
    assert.match(registry.requests.at(-1)?.path ?? '', /artifactType=x%2Fsbom$/);
  });

  it('are filtered here when the API does not do it', async (test) => {
    const { registry, upstream } = await pair(test);
    const manifests = [artifact('x/sbom'), artifact('x/signature')];
    const body = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
    registry.on({ plan: { status: 200, body } });
    assert.deepEqual(typesIn(await upstream.referrers('a', subject, { artifactType: 'x/sbom' })), ['x/sbom']);
  });

  it('come from the tag schema where there is no API', async (test) => {
    const { registry, upstream } = await pair(test, { referrers: false });
    const manifests = [artifact('x/sbom'), artifact('x/signature')];
    const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
    registry.library.addManifest('a', index, subject.replace(':', '-'), OCI_INDEX);
    assert.deepEqual(typesIn(await upstream.referrers('a', subject)), ['x/sbom', 'x/signature']);
    const filtered = await upstream.referrers('a', subject, { artifactType: 'x/signature' });
    assert.deepEqual(typesIn(filtered), ['x/signature']);
  });

  it('are an empty index when there are none', async (test) => {
    const { upstream } = await pair(test, { referrers: false });
    assert.deepEqual(JSON.parse((await upstream.referrers('a', subject)).toString()), {
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [],
    });
  });

  it('are an error when the upstream fails', async (test) => {
    const { registry, upstream } = await pair(test);
    registry.on({ plan: { status: 500 } });
    await assert.rejects(upstream.referrers('a', subject), { code: 'UPSTREAM_FAILED', status: 500 });
  });
});
