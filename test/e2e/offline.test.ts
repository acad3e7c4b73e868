import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Parts } from '../parts/cleanup.js';
import type { Answer } from '../parts/http.js';
import { blobsOf, multiImage, smallImage } from '../parts/images.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { RegistryClient } from '../parts/registry-client.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';
import { assertServes, pullAnyImage } from './pulling.js';

const skip = lacking({ programs: ['docker-registry', 'openssl'] });

describe('without the upstream', { skip, timeout: 120_000 }, () => {
  const parts = new Parts();
  const held = multiImage('offline-held');
  const newer = smallImage('offline-newer');
  let upstream: TestUpstream;
  let mirror: Mirror;
  let client: RegistryClient;

  before(async () => {
    upstream = parts.add(await startUpstream());
    await upstream.publish(held, 'library/held', '1');
    const upstreams = [{ host: 'docker.io', endpoint: upstream.endpoint }];
    mirror = parts.add(await startMirror({ upstreams, deleteEnabled: true }));
    client = new RegistryClient(mirror);
    await pullAnyImage(client, 'library/held', '1', held);
    await upstream.stop();
  });
  after(() => parts.close());

  it('serves everything that is here', () => assertServes(mirror, 'library/held', '1', held));

  it('says of a tag that it may be stale, on GET and HEAD', async () => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await client.manifest('library/held', '1', { method });
      assert.equal(answer.status, 200);
      assert.equal(answer.header('docker-content-digest'), held.manifest.digest);
      assert.match(answer.header('age') ?? '', /^[0-9]+$/);
      assert.match(answer.header('warning') ?? '', /^11[01] \S+ ".+"/);
    }
    const lines = await waitFor(
      () => {
        const stale = mirror.requests.filter((line) => line['result'] === 'stale');
        return stale.length >= 2 && stale;
      },
      { what: 'the log tells of stale answers', detail: () => mirror.tail() },
    );
    assert.ok(lines.every((line) => line['repository'] === 'library/held'));
  });

  it('says no such thing of content by digest', async () => {
    for (const { digest } of blobsOf(held)) {
      const answer = await client.blob('library/held', digest, { method: 'HEAD' });
      assert.equal(answer.status, 200);
      assert.equal(answer.header('warning'), undefined);
    }
    const manifest = await client.manifest('library/held', held.manifest.digest);
    assert.equal(manifest.header('warning'), undefined);
  });

  it('answers what is not here with an error of the gateway, not with 404, and soon', async () => {
    const begun = performance.now();
    const digest = newer.config.digest;
    assertUnavailable(await client.manifest('library/absent', '1'));
    assertUnavailable(await client.manifest('library/held', newer.manifest.digest));
    assertUnavailable(await client.blob('library/held', digest));
    // Bounded by far more than a refused connection takes, and by far less than a client's own time limit.
    assert.ok(performance.now() - begun < 15_000);
  });

  it('lists the tags and repositories that are here', async () => {
    assert.deepEqual((await client.send('/v2/library/held/tags/list')).json(), {
      name: 'library/held',
      tags: ['1'],
    });
    const catalog = (await client.send('/v2/_catalog')).json() as { repositories: string[] };
    assert.ok(catalog.repositories.includes('library/held'));
  });

  it('takes up the new content of a tag when the upstream is back', async () => {
    await upstream.start();
    await upstream.publish(newer, 'library/held', '1');
    await waitFor(
      async () => {
        const answer = await client.manifest('library/held', '1');
        return answer.header('docker-content-digest') === newer.manifest.digest;
      },
      // The breaker may keep the mirror from asking for a while.
      {
        what: 'the mirror serves the new content',
        timeout: 60_000,
        interval: 200,
        detail: () => mirror.tail(),
      },
    );
    await assertServes(mirror, 'library/held', '1', newer);
    const fresh = await client.manifest('library/held', '1');
    assert.equal(fresh.header('warning'), undefined);
  });
});

describe('told to be offline', { skip, timeout: 60_000 }, () => {
  const parts = new Parts();
  const held = smallImage('told-offline');
  after(() => parts.close());

  it('serves what is here and asks no upstream anything', async () => {
    const upstream = parts.add(await startUpstream());
    await upstream.publish(held, 'library/held', '1');
    await upstream.publish(held, 'library/other', '1');
    const upstreams = [{ host: 'docker.io', endpoint: upstream.endpoint }];
    const online = parts.add(await startMirror({ upstreams }));
    await assertServes(online, 'library/held', '1', held);
    await online.stop();
    const { rootDirectory } = online;
    const offline = parts.add(await startMirror({ upstreams, rootDirectory, offline: true }));
    upstream.counter.reset();
    const tokens = upstream.tokens.requests.length;
    await assertServes(offline, 'library/held', '1', held);
    const client = new RegistryClient(offline);
    assert.notEqual((await client.manifest('library/other', '1')).status, 200);
    assert.deepEqual(upstream.counter.requests, []);
    assert.equal(upstream.tokens.requests.length, tokens);
  });
});

/** 502, 503 or 504 with the specification's error document. */
function assertUnavailable(answer: Answer): void {
  assert.ok([502, 503, 504].includes(answer.status), `${answer.status} ${answer.text()}`);
  assert.match(answer.header('content-type') ?? '', /^application\/json/);
  const { errors } = answer.json() as { errors: { code: string; message: string }[] };
  assert.match(errors[0]?.code ?? '', /^[A-Z_]+$/);
}
