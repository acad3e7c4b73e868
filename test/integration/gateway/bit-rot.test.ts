import assert from 'node:assert/strict';
import { readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { Digest } from '#src/oci/digest.js';
import { OCI_MANIFEST } from '#src/oci/media-type.js';
import { randomBytesOf } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import { blobFile, lines, type Scene, scene, untilKept, untilStored } from './scene.js';
import { tap } from './tap.js';

const BLOB = randomBytesOf('bit rot', 700_000);
const REPOSITORY = 'library/app';

/** What can happen to a file on a disk. */
const DAMAGES: Record<string, (file: string) => Promise<void>> = {
  'a flipped bit, the file otherwise untouched': async (file) => {
    const { atime, mtime } = await stat(file);
    await flip(file, 350_000);
    await utimes(file, atime, mtime);
  },
  'a flipped bit in the last byte': (file) => flip(file, BLOB.length - 1),
  'a truncated file': (file) => truncate(file, 300_000),
  'an empty file': (file) => truncate(file, 0),
};

describe('a stored blob that has become another one', () => {
  for (const [what, damage] of Object.entries(DAMAGES)) {
    for (const restarted of [true, false]) {
      it(
        `${what}${restarted ? ', found after a restart' : ''}`,
        scene(async ({ mirror, hub }) => {
          const digest = hub.library.addBlob(REPOSITORY, BLOB);
          const path = `/v2/${REPOSITORY}/blobs/${digest}`;
          await mirror.send(path);
          await untilStored(mirror, digest);
          if (!restarted) {
            // Hashed by this process, and trusted from now on.
            await mirror.restart();
            assert.deepEqual((await mirror.send(path)).body, BLOB);
          }
          await damage(blobFile(mirror, digest));
          if (restarted) await mirror.restart();
          const client = tap(`${mirror.url}${path}`);
          assert.equal(await client.end, 'cut');
          await waitFor(async () => (await mirror.store.blobs.stat(digest)) === undefined, {
            what: 'it is put aside',
          });
          assert.equal(lines(mirror, 'a stored blob is damaged; it is put aside').length, 1);
          const again = await mirror.send(path);
          assert.deepEqual(again.body, BLOB);
          assert.equal(blobGets(hub), 2);
          assert.deepEqual((await mirror.send(path)).body, BLOB);
          assert.equal(blobGets(hub), 2);
        }),
      );
    }
  }

  it(
    'is read whole by its first client, and not hashed again for the next',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob(REPOSITORY, BLOB);
      const path = `/v2/${REPOSITORY}/blobs/${digest}`;
      await mirror.send(path);
      await untilStored(mirror, digest);
      await mirror.restart();
      for (let round = 0; round < 3; round += 1) assert.deepEqual((await mirror.send(path)).body, BLOB);
      assert.equal(blobGets(hub), 1);
    }),
  );
});

describe('a stored manifest that has become another one', () => {
  for (const reference of ['digest', 'tag'] as const) {
    it(
      `is put aside and fetched again, asked by ${reference}`,
      scene(async ({ mirror, hub }) => {
        const { digest, bytes } = addManifest(hub);
        const path = `/v2/${REPOSITORY}/manifests/${reference === 'tag' ? 'latest' : digest}`;
        assert.deepEqual((await mirror.send(path)).body, bytes);
        await untilKept(mirror);
        await flip(blobFile(mirror, digest), 20);
        await mirror.restart();
        const answer = await mirror.send(path);
        assert.equal(answer.status, 200);
        assert.deepEqual(answer.body, bytes);
        assert.equal(answer.header('docker-content-digest'), digest);
        await untilKept(mirror);
        assert.deepEqual(await readFile(blobFile(mirror, digest)), bytes);
        assert.equal(lines(mirror, 'a stored manifest is damaged; it is put aside').length, 1);
      }),
    );
  }

  it(
    'is not served when nobody else has it',
    scene(async ({ mirror, hub }) => {
      const { digest } = addManifest(hub);
      await mirror.send(`/v2/${REPOSITORY}/manifests/latest`);
      await untilKept(mirror);
      await writeFile(blobFile(mirror, digest), '{}');
      await mirror.restart();
      await hub.close();
      const answer = await mirror.send(`/v2/${REPOSITORY}/manifests/${digest}`);
      assert.equal(answer.status, 502);
    }),
  );
});

async function flip(file: string, position: number): Promise<void> {
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(position) ^ 0x10, position);
  await writeFile(file, bytes);
}

function blobGets(hub: Scene['hub']): number {
  return hub.requests.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/')).length;
}

function addManifest(hub: Scene['hub']): { digest: Digest; bytes: Buffer } {
  const config = hub.library.addBlob(REPOSITORY, Buffer.from('{}'));
  const descriptor = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: 2 };
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config: descriptor, layers: [] }));
  return { digest: hub.library.addManifest(REPOSITORY, bytes, 'latest', OCI_MANIFEST), bytes };
}
