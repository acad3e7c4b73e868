import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type PartlyHeld, partlyHeld } from '#src/images/completeness/partly-held.js';
import { createMemoryStore } from '#src/store/memory.js';
import type { Store } from '#src/store/port.js';
import { fillStore } from '../../../parts/fill-store.js';
import { type Image, multiImage, smallImage } from '../../../parts/images.js';

async function found(store: Store): Promise<PartlyHeld[]> {
  const all: PartlyHeld[] = [];
  for await (const each of partlyHeld(store)) all.push(each);
  return all;
}

const FROM_HUB = { tag: '1', upstream: 'docker.io' };

describe('images that were pulled in part', () => {
  it('are those with a layer here and one that is not', async () => {
    const store = createMemoryStore();
    const part = multiImage('part');
    const [amd64, arm64] = part.images as [Image, Image];
    await fillStore(store, part, { repository: 'library/part', ...FROM_HUB }, [amd64]);
    const last = amd64.layers.at(-1) ?? assert.fail('no layer');
    await store.blobs.remove(last.digest);
    const whole = smallImage('whole');
    await fillStore(store, whole, { repository: 'library/whole', ...FROM_HUB });
    const seen = smallImage('only-looked-at');
    await fillStore(store, seen, { repository: 'library/seen', ...FROM_HUB });
    for (const { digest } of seen.layers) await store.repositories.unlinkLayer('library/seen', digest);
    assert.deepEqual(await found(store), [
      {
        repository: 'library/part',
        tag: '1',
        upstream: 'docker.io',
        digest: part.manifest.digest,
        platform: 'linux/amd64',
        manifest: amd64.manifest.digest,
        missing: [{ mediaType: last.mediaType, digest: last.digest, size: last.bytes.length }],
      },
    ]);
    assert.notEqual(arm64.manifest.digest, amd64.manifest.digest);
  });

  it('were not pushed', async () => {
    const store = createMemoryStore();
    const image = smallImage('pushed');
    await fillStore(store, image, { repository: 'team/pushed', tag: '1' });
    await store.blobs.remove(image.layers[0]?.digest ?? assert.fail('no layer'));
    assert.deepEqual(await found(store), []);
  });

  it('are found in every repository, under every tag', async () => {
    const store = createMemoryStore();
    const image = smallImage('many');
    const names = Array.from({ length: 40 }, (_, number) => `library/app${String(number).padStart(2, '0')}`);
    for (const repository of names) {
      await fillStore(store, image, { repository, ...FROM_HUB });
      await fillStore(store, image, { repository, ...FROM_HUB, tag: '2' });
      await store.repositories.unlinkLayer(repository, image.config.digest);
    }
    assert.deepEqual(
      (await found(store)).map(({ repository, tag }) => `${repository}:${tag}`),
      names.flatMap((name) => [`${name}:1`, `${name}:2`]),
    );
  });
});
