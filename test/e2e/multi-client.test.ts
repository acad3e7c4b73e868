import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Parts } from '../parts/cleanup.js';
import { blobsOf, buildImage, manifestsOf, uniqueBlobBytes } from '../parts/images.js';
import { randomLayer } from '../parts/layers.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { RegistryClient } from '../parts/registry-client.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';

const skip = lacking({ programs: ['docker-registry', 'openssl'] });

const CLIENTS = 32;

describe(`${CLIENTS} clients at once`, { skip, timeout: 60_000 }, () => {
  const parts = new Parts();
  const image = buildImage({
    layers: ['a', 'b', 'c'].map((name) => randomLayer(`many-clients-${name}`, 2_000_000)),
  });
  let upstream: TestUpstream;
  let mirror: Mirror;

  before(async () => {
    upstream = parts.add(await startUpstream());
    await upstream.publish(image, 'library/app', '1');
    const upstreams = [{ host: 'docker.io', endpoint: upstream.endpoint }];
    mirror = parts.add(await startMirror({ upstreams }));
  });
  after(() => parts.close());

  it('pull an image cold, and every byte comes from upstream once', async () => {
    // Long enough for all clients to have asked before the first byte is there.
    upstream.counter.delay = 200;
    await Promise.all(Array.from({ length: CLIENTS }, () => pull()));
    const { counter } = upstream;
    assert.equal(counter.blobBytes() / uniqueBlobBytes(image), 1);
    for (const { digest, bytes } of blobsOf(image)) {
      assert.equal(counter.blobBytes(digest), bytes.length, digest);
    }
    for (const { digest } of manifestsOf(image)) {
      const gets = counter.requests.filter(
        ({ method, path, status }) =>
          method === 'GET' &&
          status === 200 &&
          (path.endsWith(`/manifests/${digest}`) || path.endsWith('/manifests/1')),
      );
      assert.equal(gets.length, 1, 'the manifest comes from upstream once');
    }
    await waitFor(() => logged('miss') && logged('joined'), {
      what: 'the log tells of a miss and of clients that joined it',
      detail: () => mirror.tail(),
    });
  });

  function logged(result: string): boolean {
    return mirror.requests.some((line) => {
      const reference = String(line['digest'] ?? line['reference']);
      return line['result'] === result && reference.startsWith('sha256:');
    });
  }

  /** One client: the manifest, then all blobs at once; only the digests are kept. */
  async function pull(): Promise<void> {
    const client = new RegistryClient(mirror);
    const manifest = await client.manifest('library/app', '1');
    assert.equal(manifest.header('docker-content-digest'), image.manifest.digest);
    await Promise.all(
      blobsOf(image).map(async ({ digest }) => {
        const got = await client.downloadBlob('library/app', digest);
        assert.equal(got.digest, digest);
      }),
    );
  }
});
