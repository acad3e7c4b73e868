import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { parseManifest } from '#src/oci/manifest.js';
import {
  blobsOf,
  buildArtifact,
  buildImage,
  buildIndex,
  manifestsOf,
  uniqueBlobBytes,
} from '../../parts/images.js';
import { randomBytesOf, randomLayer, sha256 } from '../../parts/layers.js';
import { tar } from '../../parts/tar.js';

describe('images of the tests', () => {
  const shared = randomLayer('shared', 5_000);
  const images = ['amd64', 'arm64'].map((architecture) =>
    buildImage({
      layers: [shared, randomLayer(architecture, 1_000)],
      platform: { os: 'linux', architecture },
      flavour: 'docker',
    }),
  );
  const index = buildIndex(images, 'docker');

  it('are the same bytes for the same seed, and others for another', () => {
    assert.ok(randomBytesOf('a', 1_000).equals(randomBytesOf('a', 1_000)));
    assert.ok(!randomBytesOf('a', 1_000).equals(randomBytesOf('b', 1_000)));
    assert.equal(randomLayer('a', 1_000).digest, randomLayer('a', 1_000).digest);
  });

  it('have manifests that say what they hold', () => {
    for (const image of images) {
      const manifest = parseManifest(image.manifest.bytes, image.manifest.mediaType);
      assert.equal(manifest.config?.digest, sha256(image.config.bytes));
      assert.deepEqual(
        manifest.layers.map(({ digest, size }) => ({ digest, size })),
        image.layers.map(({ bytes }) => ({ digest: sha256(bytes), size: bytes.length })),
      );
    }
    const listed = parseManifest(index.manifest.bytes, index.manifest.mediaType).manifests;
    assert.deepEqual(
      listed.map(({ digest, platform }) => [digest, platform?.architecture]),
      images.map(({ manifest, platform }) => [manifest.digest, platform.architecture]),
    );
  });

  it('have configs that name the archives before compression', () => {
    const [first] = images;
    const config = JSON.parse(String(first?.config.bytes)) as { rootfs: { diff_ids: string[] } };
    assert.deepEqual(
      config.rootfs.diff_ids,
      first?.layers.map(({ bytes }) => sha256(gunzipSync(bytes))),
    );
  });

  it('count what they share once', () => {
    const digests = blobsOf(index).map(({ digest }) => digest);
    assert.equal(digests.length, 5);
    assert.equal(new Set(digests).size, 5);
    const all = images.flatMap(({ config, layers }) => [config, ...layers]);
    const bytes = all.reduce((sum, { bytes: { length } }) => sum + length, 0);
    assert.equal(uniqueBlobBytes(index), bytes - shared.bytes.length);
    assert.equal(manifestsOf(index).at(-1), index.manifest);
  });

  it('may have artifacts that refer to them', () => {
    const content = Buffer.from('signed');
    const artifact = buildArtifact({ subject: index, artifactType: 'application/x-signature', content });
    const manifest = parseManifest(artifact.manifest.bytes);
    assert.equal(manifest.subject?.digest, index.manifest.digest);
    assert.equal(manifest.artifactType, 'application/x-signature');
  });
});

describe('the archive writer', () => {
  it('writes whole blocks and a checksum that is right', () => {
    const archive = tar([{ path: 'a/' }, { path: 'a/file', content: Buffer.from('hello') }]);
    assert.equal(archive.length, 512 * 5);
    for (const start of [0, 512]) {
      const header = Buffer.from(archive.subarray(start, start + 512));
      const written = Number.parseInt(header.toString('latin1', 148, 154), 8);
      header.fill(' ', 148, 156);
      assert.equal(
        written,
        header.reduce((sum, byte) => sum + byte, 0),
      );
    }
    assert.equal(archive.toString('latin1', 1024, 1029), 'hello');
  });

  it('refuses a path that does not fit', () => {
    assert.throws(() => tar([{ path: 'x'.repeat(101) }]), /too long/);
  });
});
