import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { run } from '#src/host/exec.js';
import { asPart, type Parts } from '../../parts/cleanup.js';
import { randomBytesOf, sha256 } from '../../parts/layers.js';
import { lacking } from '../../parts/needs.js';
import { type ScriptedRegistry, startScriptedRegistry } from '../../parts/scripted-registry.js';
import { tempFolder } from '../../parts/temp.js';
import { startMirror, type TestMirror } from './mirror.js';
import { errorCodeOf, lines, untilKept, untilStored, visibleFiles, withParts } from './scene.js';

const MIB = 1024 * 1024;
const LARGE = randomBytesOf('full disk', 20 * MIB);
const MIDDLE = randomBytesOf('fits alone', 5 * MIB);
const FULL = 'the store cannot keep what arrives; clients are served without it';
const WELL = 'the store can be written again';
const BLOBS = '/v2/library/app/blobs';

describe('a full disk', { skip: lacking({ root: true, programs: ['mount'] }) }, () => {
  it(
    'keeps no client from a blob that does not fit, and is told once',
    small(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('library/app', LARGE);
      const clients = [0, 1].map(() => mirror.send(`${BLOBS}/${digest}`));
      for (const answer of await Promise.all(clients)) {
        assert.equal(answer.status, 200);
        assert.equal(sha256(answer.body), digest);
      }
      assert.deepEqual(await visibleFiles(mirror), []);
      assert.deepEqual(await partials(mirror), [], 'nothing is left that would stand in the way');
      assert.equal(lines(mirror, FULL).length, 1);
      const again = await mirror.send(`${BLOBS}/${digest}`, { headers: { range: 'bytes=20000000-' } });
      assert.equal(again.status, 206);
      assert.deepEqual(again.body, LARGE.subarray(20_000_000));
      assert.equal(lines(mirror, FULL).length, 1);
    }),
  );

  it(
    'is noticed when there is room again',
    small(async ({ mirror, hub, filler }) => {
      const digest = hub.library.addBlob('library/app', MIDDLE);
      await filler(5 * MIB);
      for (let round = 0; round < 3; round += 1) {
        assert.deepEqual((await mirror.send(`${BLOBS}/${digest}`)).body, MIDDLE);
      }
      assert.equal(lines(mirror, FULL).length, 1);
      assert.equal(lines(mirror, WELL).length, 0);
      assert.deepEqual(await visibleFiles(mirror), ['filler']);
      await filler(0);
      assert.deepEqual((await mirror.send(`${BLOBS}/${digest}`)).body, MIDDLE);
      await untilStored(mirror, digest);
      await mirror.stop();
      assert.equal(lines(mirror, WELL).length, 1);
      assert.equal(lines(mirror, FULL).length, 1);
    }),
  );

  it(
    'keeps no client from a manifest',
    small(async ({ mirror, hub, filler }) => {
      const annotations = { padding: 'x'.repeat(100_000) };
      const document = { schemaVersion: 2, manifests: [], annotations };
      const type = 'application/vnd.oci.image.index.v1+json';
      const digest = hub.library.addManifest('library/app', document, 'latest', type);
      await filler(64 * MIB);
      for (const reference of ['latest', digest, 'latest']) {
        const answer = await mirror.send(`/v2/library/app/manifests/${reference}`);
        assert.equal(answer.status, 200);
        assert.equal(sha256(answer.body), digest);
      }
      await untilKept(mirror);
      assert.equal(lines(mirror, FULL).length, 1);
      assert.equal(await mirror.store.blobs.stat(digest), undefined);
      assert.equal(await mirror.store.repositories.readTag('library/app', 'latest'), undefined);
      await filler(0);
      mirror.clock.now += 2000;
      assert.equal((await mirror.send('/v2/library/app/manifests/latest')).status, 200);
      await untilKept(mirror);
      assert.equal(await mirror.store.repositories.readTag('library/app', 'latest'), digest);
      assert.equal(lines(mirror, WELL).length, 1);
    }),
  );

  it(
    'refuses a push with 507, and takes it when there is room again',
    small(async ({ mirror, filler }) => {
      await filler(5 * MIB);
      const path = `/v2/mine/app/blobs/uploads/?digest=${sha256(MIDDLE)}`;
      const refused = await mirror.send(path, { method: 'POST', body: MIDDLE });
      assert.equal(refused.status, 507, refused.text());
      assert.equal(errorCodeOf(refused), 'UNAVAILABLE');
      assert.match(refused.text(), /make room/);
      await filler(0);
      assert.equal((await mirror.send(path, { method: 'POST', body: MIDDLE })).status, 201);
    }),
  );
});

interface Small {
  readonly mirror: TestMirror;
  readonly hub: ScriptedRegistry;
  /** Takes so many bytes of the disk, or as many as there are; 0 gives them back. */
  filler(bytes: number): Promise<void>;
}

/** A mirror whose store is on a disk of 8 MiB. */
function small(body: (small: Small) => Promise<void>): () => Promise<void> {
  return withParts(async (parts) => {
    const root = await mountSmall(parts);
    const hub = await startScriptedRegistry();
    parts.add(asPart(() => hub.close()));
    const upstreams = [{ host: 'docker.io', endpoint: hub.endpoint }];
    const mirror = parts.add(await startMirror({ upstreams, root }));
    const file = `${root}/filler`;
    const filler = async (bytes: number) => {
      if (bytes === 0) return rm(file);
      await writeFile(file, Buffer.alloc(bytes)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error;
      });
    };
    await body({ mirror, hub, filler });
  });
}

/** The folder's clean-up unmounts what is below it, whatever becomes of the test. */
async function mountSmall(parts: Parts): Promise<string> {
  const folder = parts.add(await tempFolder('full'));
  const root = folder.file('disk');
  await mkdir(root);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'docker-mirror-test', root]);
  return root;
}

async function partials(mirror: TestMirror): Promise<string[]> {
  const entries = await readdir(mirror.root, { recursive: true });
  return entries.filter((path) => /_mirror\/(?:incoming\/sha256|tmp)\/./.test(path));
}
