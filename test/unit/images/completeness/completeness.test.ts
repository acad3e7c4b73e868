import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { completenessOf, isComplete, missingOf } from '#src/images/completeness/completeness.js';
import type { Digest } from '#src/oci/digest.js';
import type { Descriptor } from '#src/oci/manifest.js';
import { OCI_INDEX, OCI_MANIFEST } from '#src/oci/media-type.js';
import { parsePlatform } from '#src/oci/platform.js';
import { createMemoryStore } from '#src/store/memory.js';
import { fillStore } from '../../../parts/fill-store.js';
import { descriptorOf, type Image, multiImage, smallImage } from '../../../parts/images.js';
import { sha256 } from '../../../parts/layers.js';

const SHELF = { repository: 'library/app', tag: '1', upstream: 'docker.io' };
const REPOSITORY = SHELF.repository;
const AMD64 = [parsePlatform('linux/amd64') ?? assert.fail()];

function digestsOf(descriptors: readonly Descriptor[]): Digest[] {
  return descriptors.map(({ digest }) => digest);
}

/** Puts a manifest of any kind into a store. */
async function addManifest(
  store: ReturnType<typeof createMemoryStore>,
  document: object,
): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...document }));
  const digest = sha256(bytes);
  await store.blobs.put(digest, bytes);
  await store.repositories.linkRevision(REPOSITORY, digest);
  return { mediaType: OCI_INDEX, digest, size: bytes.length };
}

describe('the completeness of an image', () => {
  it('names each blob that is not here or not of the repository', async () => {
    const store = createMemoryStore();
    const image = smallImage('one');
    await fillStore(store, image, SHELF);
    const look = () => completenessOf(store, REPOSITORY, image.manifest.digest, AMD64);
    const whole = await look();
    assert.equal(isComplete(whole), true);
    assert.deepEqual(
      whole.platforms.map(({ platform, digest, layersHeld }) => ({ platform, digest, layersHeld })),
      [{ platform: 'any', digest: image.manifest.digest, layersHeld: 2 }],
    );
    const [first, second] = image.layers;
    assert.ok(first !== undefined && second !== undefined);
    await store.blobs.remove(second.digest);
    await store.repositories.unlinkLayer(REPOSITORY, image.config.digest);
    const part = await look();
    assert.equal(isComplete(part), false);
    assert.deepEqual(digestsOf(missingOf(part)), [image.config.digest, second.digest]);
    assert.equal(part.platforms[0]?.layersHeld, 1);
    assert.deepEqual(digestsOf(part.platforms[0]?.held ?? []), [first.digest]);
  });

  it('looks under every name that the mirror looks under', async () => {
    const store = createMemoryStore();
    const image = smallImage('two-names');
    await fillStore(store, image, SHELF);
    await store.repositories.unlinkLayer(REPOSITORY, image.config.digest);
    await store.repositories.linkLayer('app', image.config.digest);
    const { digest } = image.manifest;
    assert.equal(isComplete(await completenessOf(store, REPOSITORY, digest, AMD64)), false);
    assert.equal(isComplete(await completenessOf(store, ['app', REPOSITORY], digest, AMD64)), true);
  });

  it('says that nothing is known when the image itself is not here', async () => {
    const store = createMemoryStore();
    const image = multiImage('gone');
    await fillStore(store, image, SHELF);
    await store.repositories.unlinkRevision(REPOSITORY, image.manifest.digest);
    const found = await completenessOf(store, REPOSITORY, image.manifest.digest, 'all');
    assert.deepEqual(found, { digest: image.manifest.digest, rootMissing: true, platforms: [] });
    assert.equal(isComplete(found), false);
  });

  it('tells the platforms of an index apart', async () => {
    const store = createMemoryStore();
    const index = multiImage('index');
    const [amd64, arm64] = index.images as [Image, Image];
    await fillStore(store, index, SHELF, [amd64]);
    const { digest } = index.manifest;
    const all = await completenessOf(store, REPOSITORY, digest, 'all');
    assert.deepEqual(
      all.platforms.map(({ platform, manifestHeld, missing }) => [
        platform,
        manifestHeld,
        digestsOf(missing),
      ]),
      [
        ['linux/amd64', true, []],
        ['linux/arm64', false, [arm64.manifest.digest]],
      ],
    );
    assert.equal(isComplete(all), false);
    assert.equal(isComplete(await completenessOf(store, REPOSITORY, digest, AMD64)), true);
    const s390x = await completenessOf(store, REPOSITORY, digest, [
      parsePlatform('linux/s390x') ?? assert.fail(),
    ]);
    assert.deepEqual(
      s390x.platforms.map(({ platform, digest: chosen, missing }) => ({ platform, chosen, missing })),
      [{ platform: 'linux/s390x', chosen: undefined, missing: [] }],
    );
    assert.equal(isComplete(s390x), false);
  });

  it('takes the variant that an engine would choose', async () => {
    const store = createMemoryStore();
    const v6 = smallImage('v6');
    await fillStore(store, v6, SHELF);
    const platform = { os: 'linux', architecture: 'arm', variant: 'v6' };
    const root = await addManifest(store, {
      mediaType: OCI_INDEX,
      manifests: [{ ...descriptorOf(v6.manifest), platform }],
    });
    const arm = [parsePlatform('linux/arm/v7') ?? assert.fail()];
    const { platforms } = await completenessOf(store, REPOSITORY, root.digest, arm);
    assert.deepEqual(
      platforms.map(({ platform: name, digest }) => [name, digest]),
      [['linux/arm/v7', v6.manifest.digest]],
    );
  });

  it('follows indexes in indexes, each once, and leaves out what is attached', async () => {
    const store = createMemoryStore();
    const image = smallImage('nested');
    await fillStore(store, image, SHELF);
    const unknown = { os: 'unknown', architecture: 'unknown' };
    const attached = { ...descriptorOf(smallImage('attached').manifest), platform: unknown };
    const inner = await addManifest(store, {
      mediaType: OCI_INDEX,
      manifests: [{ ...descriptorOf(image.manifest), platform: AMD64[0] }, attached],
    });
    const twice = { mediaType: OCI_INDEX, manifests: [inner, inner, attached] };
    const root = await addManifest(store, twice);
    const all = await completenessOf(store, REPOSITORY, root.digest, 'all');
    assert.deepEqual(
      all.platforms.map(({ platform, digest }) => [platform, digest]),
      [['linux/amd64', image.manifest.digest]],
    );
    assert.equal(isComplete(all), true);
    let deep = root;
    for (let depth = 0; depth < 4; depth += 1) {
      deep = await addManifest(store, { mediaType: OCI_INDEX, manifests: [deep] });
    }
    assert.equal(isComplete(await completenessOf(store, REPOSITORY, deep.digest, 'all')), false);
    assert.equal(isComplete(await completenessOf(store, REPOSITORY, deep.digest, AMD64)), false);
  });

  it('asks nothing of layers that are to be had elsewhere, and believes no other size', async () => {
    const store = createMemoryStore();
    const image = smallImage('sizes');
    await fillStore(store, image, SHELF);
    const [first, second] = image.layers;
    assert.ok(first !== undefined && second !== undefined);
    const foreign = { ...descriptorOf(smallImage('elsewhere').config), urls: ['https://example.com/layer'] };
    const document = (layers: readonly object[]) => ({
      mediaType: OCI_MANIFEST,
      config: descriptorOf(image.config),
      layers,
    });
    const fine = await addManifest(store, document([descriptorOf(first), foreign]));
    assert.equal(isComplete(await completenessOf(store, REPOSITORY, fine.digest, 'all')), true);
    const larger = { ...descriptorOf(second), size: second.bytes.length + 1 };
    const odd = await addManifest(store, document([descriptorOf(second), larger]));
    assert.deepEqual(missingOf(await completenessOf(store, REPOSITORY, odd.digest, 'all')), [larger]);
  });

  it('takes what is no manifest for one that is not here', async () => {
    const store = createMemoryStore();
    const bytes = Buffer.from('{"schemaVersion":1}');
    const digest = sha256(bytes);
    await store.blobs.put(digest, bytes);
    await store.repositories.linkRevision(REPOSITORY, digest);
    assert.equal((await completenessOf(store, REPOSITORY, digest, 'all')).rootMissing, true);
  });
});
