import assert from 'node:assert/strict';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { incomingData } from '#src/store/layout.js';
import { randomBytesOf } from '../../parts/layers.js';
import { type GatedUpstream, startGatedUpstream } from './gated-upstream.js';
import { startMirror, type TestMirror } from './mirror.js';
import { type Scene, scene, untilStored, withParts } from './scene.js';
import { tap } from './tap.js';

const BLOB = randomBytesOf('resume', 1_000_000);
const PATH = '/v2/library/app/blobs';

describe('an upstream that breaks off', () => {
  for (const percent of [1, 50, 99]) {
    it(
      `at ${percent} % is taken up again by Range, and the client does not notice`,
      scene(async ({ mirror, hub }) => {
        const digest = hub.library.addBlob('library/app', BLOB);
        const cutAfter = (BLOB.length * percent) / 100;
        hub.on({ method: 'GET', path: /blobs/, times: 1, plan: { cutAfter } });
        const answer = await mirror.send(`${PATH}/${digest}`);
        assert.equal(answer.status, 200);
        assert.deepEqual(answer.body, BLOB);
        assert.deepEqual(ranges(hub), [undefined, `bytes=${cutAfter}-`]);
        assert.equal(hub.contentBytesSent, BLOB.length);
        await untilStored(mirror, digest);
      }),
    );
  }

  it(
    'again and again is followed as long as each time brings a byte more',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('library/app', BLOB);
      hub.on({ method: 'GET', path: /blobs/, times: 9, plan: { cutAfter: 100_000 } });
      assert.deepEqual((await mirror.send(`${PATH}/${digest}`)).body, BLOB);
      assert.equal(hub.contentBytesSent, BLOB.length);
    }),
  );

  it(
    'and knows no ranges costs the bytes twice and no more',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('library/app', BLOB);
      hub.on({ method: 'GET', path: /blobs/, plan: { ranges: false } });
      hub.on({ method: 'GET', path: /blobs/, times: 1, plan: { cutAfter: 600_000 } });
      assert.deepEqual((await mirror.send(`${PATH}/${digest}`)).body, BLOB);
      assert.equal(hub.contentBytesSent, 1_600_000);
    }),
  );

  it(
    'without ever having said a length is taken up again as well',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('library/app', BLOB);
      hub.on({ method: 'GET', path: /blobs/, times: 1, plan: { chunked: true, cutAfter: 500_000 } });
      assert.deepEqual((await mirror.send(`${PATH}/${digest}`)).body, BLOB);
      assert.equal(hub.contentBytesSent, BLOB.length);
    }),
  );
});

describe('a mirror that is started again', () => {
  it(
    'goes on where it stopped',
    interrupted(async ({ mirror, upstream }) => {
      upstream.openAll();
      assert.deepEqual((await mirror.send(`${PATH}/${upstream.digest}`)).body, BLOB);
      assert.deepEqual(
        upstream.gets.map(({ range }) => range),
        [undefined, 'bytes=600000-'],
      );
    }),
  );

  it(
    'throws a partial copy away that was damaged meanwhile, without giving it out as whole',
    interrupted(async ({ mirror, upstream, partial }) => {
      const bytes = await readFile(partial);
      bytes.fill(0, 1000, 1100);
      await writeFile(partial, bytes);
      upstream.openAll();
      const client = tap(`${mirror.url}${PATH}/${upstream.digest}`);
      assert.equal(await client.end, 'cut');
      assert.deepEqual((await mirror.send(`${PATH}/${upstream.digest}`)).body, BLOB);
      assert.equal(upstream.gets.at(-1)?.range, undefined);
    }),
  );

  it(
    'takes up a partial copy that lost its end',
    interrupted(async ({ mirror, upstream, partial }) => {
      await truncate(partial, 250_000);
      upstream.openAll();
      assert.deepEqual((await mirror.send(`${PATH}/${upstream.digest}`)).body, BLOB);
      assert.equal(upstream.gets.at(-1)?.range, 'bytes=250000-');
    }),
  );
});

describe('a partial copy', () => {
  it(
    'that is whole already is published without a byte from the upstream',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('library/app', BLOB);
      await leavePartial(mirror, hub, digest, BLOB);
      assert.deepEqual((await mirror.send(`${PATH}/${digest}`)).body, BLOB);
      assert.equal(hub.contentBytesSent, 0);
      await untilStored(mirror, digest);
    }),
  );

  it(
    'that is longer than the blob is thrown away',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('library/app', BLOB);
      await leavePartial(mirror, hub, digest, Buffer.concat([BLOB, Buffer.from('more')]));
      assert.deepEqual((await mirror.send(`${PATH}/${digest}`)).body, BLOB);
      await untilStored(mirror, digest);
    }),
  );

  it(
    'of a blob that the upstream no longer has stays, and the client is told',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('library/app', BLOB);
      await leavePartial(mirror, hub, digest, BLOB.subarray(0, 1000));
      hub.on({ path: /blobs/, plan: { status: 404 } });
      assert.equal((await mirror.send(`${PATH}/${digest}`)).status, 404);
      hub.behave();
      assert.deepEqual((await mirror.send(`${PATH}/${digest}`)).body, BLOB);
      assert.equal(ranges(hub).at(-1), 'bytes=1000-');
    }),
  );
});

/** A mirror that was stopped with 600,000 bytes of the blob and started again. */
function interrupted(
  body: (scene: { mirror: TestMirror; upstream: GatedUpstream; partial: string }) => Promise<void>,
): () => Promise<void> {
  return withParts(async (parts) => {
    const upstream = parts.add(await startGatedUpstream(BLOB));
    const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
    upstream.open(600_000);
    const client = tap(`${mirror.url}${PATH}/${upstream.digest}`);
    await client.until(600_000);
    await mirror.restart();
    assert.equal(await client.end, 'cut');
    await body({ mirror, upstream, partial: join(mirror.root, incomingData(upstream.digest)) });
    await untilStored(mirror, upstream.digest);
  });
}

async function leavePartial(
  mirror: TestMirror,
  hub: Scene['hub'],
  digest: ReturnType<Scene['hub']['library']['addBlob']>,
  bytes: Buffer,
): Promise<void> {
  assert.equal(hub.requests.length, 0);
  const incoming = await mirror.store.blobs.receive(digest);
  await incoming.append(bytes);
  await incoming.close();
}

function ranges(hub: Scene['hub']): (string | undefined)[] {
  return hub.requests.filter(({ method }) => method === 'GET').map(({ headers }) => headers.range);
}
