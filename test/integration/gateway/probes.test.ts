import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Probes } from '#src/gateway/probes.js';
import { scene } from './scene.js';

const NONCE = '0123456789abcdef'.repeat(2);
const NAME = `docker-mirror-probe/${NONCE}`;

interface Manifest {
  readonly config: { digest: string; size: number };
  readonly layers: readonly { digest: string; size: number }[];
}

describe('probe images', () => {
  it(
    'are whole images that no upstream is asked for',
    scene(async ({ mirror, hub }) => {
      const answer = await mirror.send(`/v2/${NAME}/manifests/amd64`);
      assert.equal(answer.status, 200);
      const digest = answer.header('docker-content-digest') ?? '';
      assert.equal(digest, `sha256:${createHash('sha256').update(answer.body).digest('hex')}`);
      const { config, layers } = answer.json() as Manifest;
      const blobs = await Promise.all(
        [config, ...layers].map(async (blob) => {
          const { body, status } = await mirror.send(`/v2/${NAME}/blobs/${blob.digest}`);
          assert.equal(status, 200);
          assert.equal(`sha256:${createHash('sha256').update(body).digest('hex')}`, blob.digest);
          assert.equal(body.length, blob.size);
          return body;
        }),
      );
      const [image, layer] = blobs;
      const described = JSON.parse(String(image)) as { architecture: string; rootfs: { diff_ids: string[] } };
      assert.equal(described.architecture, 'amd64');
      const archive = gunzipSync(layer ?? '');
      assert.equal(
        described.rootfs.diff_ids[0],
        `sha256:${createHash('sha256').update(archive).digest('hex')}`,
      );
      const again = await mirror.send(`/v2/${NAME}/manifests/${digest}`);
      assert.ok(again.body.equals(answer.body));
      assert.equal((await mirror.send(`/v2/${NAME}/manifests/arm64`)).status, 200);
      assert.deepEqual(hub.requests, []);
    }),
  );

  it(
    'are reached by every name an engine may use, and counted for each',
    scene(async ({ mirror }) => {
      const paths = [
        `${NAME}/manifests/amd64`,
        `docker.io/${NAME}/manifests/amd64`,
        `${NAME}/manifests/amd64?ns=docker.io`,
      ];
      for (const path of paths) {
        const answer = await mirror.send(`/v2/${path}`, {
          method: 'HEAD',
          headers: { 'User-Agent': 'engine/1' },
        });
        assert.equal(answer.status, 200, path);
      }
      const record = await mirror.send(`/probe/${NONCE}`);
      assert.equal(record.header('cache-control'), 'no-store');
      assert.deepEqual(record.json(), { nonce: NONCE, manifests: 3, blobs: 0, agents: ['engine/1'] });
      const other = await mirror.send(`/probe/${'f'.repeat(32)}`);
      assert.deepEqual(other.json(), { nonce: 'f'.repeat(32), manifests: 0, blobs: 0, agents: [] });
    }),
  );

  it(
    'are nothing else than they say, and hide nothing',
    scene(async ({ mirror }) => {
      assert.equal((await mirror.send(`/v2/${NAME}/manifests/latest`)).status, 404);
      assert.equal((await mirror.send(`/v2/${NAME}/blobs/sha256:${'0'.repeat(64)}`)).status, 404);
      assert.equal((await mirror.send(`/v2/unknown.example/${NAME}/manifests/amd64`)).status, 403);
      assert.equal((await mirror.send(`/v2/${NAME}/manifests/amd64?ns=unknown.example`)).status, 403);
      assert.equal((await mirror.send('/v2/docker-mirror-probe/other/manifests/amd64')).status, 404);
      assert.equal((await mirror.send('/probe/..%2f..%2fetc')).status, 404);
      assert.equal((await mirror.send(`/probe/${NONCE}`, { method: 'DELETE' })).status, 405);
    }),
  );
});

describe('the record of probes', () => {
  it('is bounded, whoever asks', () => {
    const probes = new Probes();
    for (let index = 0; index < 2000; index += 1) {
      probes.note('first', 'blobs', `agent ${index} ${'x'.repeat(1000)}`);
      probes.note(`nonce ${index}`, 'manifests', undefined);
    }
    assert.equal(probes.record('first').blobs, 2000);
    assert.equal(probes.record('first').agents.length, 8);
    assert.ok(probes.record('first').agents.every((agent) => agent.length <= 200));
    assert.equal(probes.record('nonce 100').manifests, 0);
    assert.equal(probes.record('nonce 1999').manifests, 1);
  });
});
