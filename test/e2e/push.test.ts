import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { hash } from 'bcryptjs';
import { Parts } from '../parts/cleanup.js';
import type { Answer } from '../parts/http.js';
import { blobsOf, buildImage, multiImage, smallImage } from '../parts/images.js';
import { busyboxLayer, randomBytesOf, randomLayer, sha256 } from '../parts/layers.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { publish } from '../parts/publish.js';
import { RegistryClient } from '../parts/registry-client.js';
import { tempFolder } from '../parts/temp.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { assertServes } from './pulling.js';

const skip = lacking({ programs: ['docker-registry', 'openssl'] });

describe('pushing', { skip, timeout: 120_000 }, () => {
  const parts = new Parts();
  const official = smallImage('push-official');
  let upstream: TestUpstream;
  let mirror: Mirror;
  let client: RegistryClient;

  before(async () => {
    upstream = parts.add(await startUpstream());
    await upstream.publish(official, 'library/official', '1');
    const upstreams = [{ host: 'docker.io', endpoint: upstream.endpoint }];
    mirror = parts.add(await startMirror({ upstreams, push: 'loopback' }));
    client = new RegistryClient(mirror);
    await assertServes(mirror, 'library/official', '1', official);
  });
  after(() => parts.close());

  it('works for two clients at once, with the same layers, into the same repository', async () => {
    const layers = [randomLayer('push-shared-1', 3_000_000), randomLayer('push-shared-2', 500_000)];
    const images = ['a', 'b'].map((label) => buildImage({ layers, label }));
    await Promise.all(
      images.map((image, position) =>
        publish(image, { ...mirror, repository: 'two/clients', tag: `t${position}` }),
      ),
    );
    for (const [position, image] of images.entries()) {
      await assertServes(mirror, 'two/clients', `t${position}`, image);
    }
  });

  it('works for many clients at once into repositories of their own, and one tag ends whole', async () => {
    const images = Array.from({ length: 6 }, (_, n) => multiImage(`push-many-${n}`));
    await Promise.all(
      images.flatMap((image, n) => [
        publish(image, { ...mirror, repository: `many/app-${n}`, tag: '1' }),
        publish(image, { ...mirror, repository: 'many/same', tag: 'latest' }),
      ]),
    );
    for (const [n, image] of images.entries()) await assertServes(mirror, `many/app-${n}`, '1', image);
    const digest = (await client.manifest('many/same', 'latest')).header('docker-content-digest');
    const winner = images.find((image) => image.manifest.digest === digest);
    assert.ok(winner !== undefined);
    await assertServes(mirror, 'many/same', 'latest', winner);
  });

  it('mounts a blob from another repository, and begins an upload when it cannot', async () => {
    const bytes = randomBytesOf('push-mount', 50_000);
    const digest = sha256(bytes);
    await client.pushBlob('mount/source', digest, bytes);
    const mounted = await mount('mount/target', digest, '&from=mount/source');
    assert.equal(mounted.status, 201);
    const got = await client.blob('mount/target', digest);
    assert.ok(got.body.equals(bytes));
    const unknown = sha256(Buffer.from('nobody pushed this'));
    const begun = await mount('mount/target', unknown, '&from=mount/source');
    assert.equal(begun.status, 202);
    assert.ok(begun.header('location') !== undefined);
  });

  it('takes a blob in chunks, which must come in order', async () => {
    const bytes = randomBytesOf('push-chunks', 300_000);
    const begun = await client.send('/v2/chunked/app/blobs/uploads/', { method: 'POST' });
    const first = await patch(begun, bytes.subarray(0, 100_000), '0-99999');
    assert.equal(first.status, 202);
    assert.equal(first.header('range'), '0-99999');
    assert.equal((await patch(first, bytes.subarray(200_000), '200000-299999')).status, 416);
    const second = await patch(first, bytes.subarray(100_000), '100000-299999');
    assert.equal(second.header('range'), '0-299999');
    const location = new URL(second.header('location') ?? '', mirror.url);
    location.searchParams.set('digest', sha256(bytes));
    assert.equal((await client.send(location.href, { method: 'PUT' })).status, 201);
    assert.ok((await client.blob('chunked/app', sha256(bytes))).body.equals(bytes));
  });

  it('takes the next chunk the moment it has answered the last one', async () => {
    const bytes = randomBytesOf('push-quick', 100_000);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      for (let round = 0; round < 20; round++) {
        let last = await client.send('/v2/quick/app/blobs/uploads/', { method: 'POST', agent });
        for (let start = 0; start < bytes.length; start += 20_000) {
          const range = `${start}-${start + 19_999}`;
          last = await patch(last, bytes.subarray(start, start + 20_000), range, agent);
          assert.equal(last.status, 202, last.text());
        }
        const end = await client.send(last.header('location') ?? '', { method: 'DELETE', agent });
        assert.equal(end.status, 204, end.text());
      }
    } finally {
      agent.destroy();
    }
  });

  it('goes on with an upload after a restart of the mirror', async () => {
    const bytes = randomBytesOf('push-restart', 200_000);
    const begun = await client.send('/v2/restarted/app/blobs/uploads/', { method: 'POST' });
    const first = await patch(begun, bytes.subarray(0, 120_000), '0-119999');
    await mirror.restart();
    const location = new URL(first.header('location') ?? '', mirror.url);
    assert.equal((await client.send(location.href)).header('range'), '0-119999');
    const second = await patch(first, bytes.subarray(120_000), '120000-199999');
    const end = new URL(second.header('location') ?? '', mirror.url);
    end.searchParams.set('digest', sha256(bytes));
    assert.equal((await client.send(end.href, { method: 'PUT' })).status, 201);
    assert.ok((await client.blob('restarted/app', sha256(bytes))).body.equals(bytes));
  });

  it('never changes a tag that came from an upstream', async () => {
    for (const repository of ['library/official', 'docker.io/library/official']) {
      const intruder = smallImage(`push-intruder-${repository}`);
      await assert.rejects(
        publish(intruder, { ...mirror, repository, tag: '1' }),
        /403.*DENIED/s,
        repository,
      );
    }
    await assertServes(mirror, 'library/official', '1', official);
    await upstream.stop();
    await assertServes(mirror, 'library/official', '1', official);
    await upstream.start();
  });

  it('keeps what is pushed under the short name of an upstream image apart from it', async () => {
    const own = buildImage({ layers: [busyboxLayer(), randomLayer('push-own', 10_000)] });
    await publish(own, { ...mirror, repository: 'official', tag: '1' });
    await assertServes(mirror, 'official', '1', own);
    await assertServes(mirror, 'library/official', '1', official);
  });

  it('refuses bytes that are not what their digest says, and keeps nothing of them', async () => {
    const bytes = randomBytesOf('push-wrong', 10_000);
    const digest = sha256(Buffer.from('something else'));
    await assert.rejects(client.pushBlob('wrong/app', digest, bytes), /400.*DIGEST_INVALID/s);
    const held = await new RegistryClient(mirror).blob('wrong/app', digest, { method: 'HEAD' });
    assert.notEqual(held.status, 200);
  });

  it('refuses a manifest whose blobs are not here', async () => {
    const { manifest } = smallImage('push-without-blobs');
    const answer = await client.putManifest('without/blobs', '1', manifest.mediaType, manifest.bytes);
    assert.equal(answer.status, 404);
    assert.match(answer.text(), /MANIFEST_BLOB_UNKNOWN/);
  });

  function mount(repository: string, digest: string, from: string): Promise<Answer> {
    return client.send(`/v2/${repository}/blobs/uploads/?mount=${digest}${from}`, { method: 'POST' });
  }

  function patch(previous: Answer, body: Buffer, range: string, agent?: Agent): Promise<Answer> {
    const headers = { 'content-type': 'application/octet-stream', 'content-range': range };
    const kept = agent === undefined ? {} : { agent };
    return client.send(previous.header('location') ?? '', { method: 'PATCH', headers, body, ...kept });
  }
});

describe('who may push', { skip, timeout: 60_000 }, () => {
  const parts = new Parts();
  const image = smallImage('who-may-push', { size: 1_000 });
  after(() => parts.close());

  it('nobody, when pushing is switched off', async () => {
    const mirror = parts.add(await startMirror({ push: 'none' }));
    const client = new RegistryClient(mirror);
    const begun = await client.send('/v2/pushed/app/blobs/uploads/', { method: 'POST' });
    assertRefused(begun);
    const { manifest } = image;
    assertRefused(await client.putManifest('pushed/app', '1', manifest.mediaType, manifest.bytes));
    assert.equal((await client.send('/v2/_catalog')).text().includes('pushed'), false);
  });

  it('who has a password, when that is asked for', async () => {
    const folder = parts.add(await tempFolder());
    const htpasswd = folder.file('htpasswd');
    await writeFile(htpasswd, `builder:${await hash('open sesame', 5)}\n`);
    const mirror = parts.add(await startMirror({ push: 'authenticated', htpasswd }));
    const target = { url: mirror.url, repository: 'pushed/app', tag: '1' };
    await assert.rejects(publish(image, target), /401/);
    await assert.rejects(publish(image, { ...target, username: 'builder', password: 'wrong' }), /401/);
    const right = { ...target, username: 'builder', password: 'open sesame' };
    await publish(image, right);
    const client = new RegistryClient(right);
    assert.equal((await client.manifest('pushed/app', '1')).status, 200);
    for (const { digest } of blobsOf(image)) {
      assert.equal((await client.blob('pushed/app', digest)).status, 200);
    }
    assert.ok(!JSON.stringify(mirror.log).includes('sesame'));
  });
});

/** 403 or 405 with the specification's error document. */
function assertRefused(answer: Answer): void {
  assert.ok([403, 405].includes(answer.status), `${answer.status} ${answer.text()}`);
  const { errors } = answer.json() as { errors: { code: string }[] };
  assert.match(errors[0]?.code ?? '', /^(DENIED|UNSUPPORTED)$/);
}
