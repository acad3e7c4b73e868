import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import {
  blobData,
  layerLink,
  revisionLink,
  revisionOrigin,
  tagCurrent,
  tagIndex,
  tagOrigin,
} from '#src/store/layout.js';
import { blobsOf, buildImage, type Image } from '../../parts/images.js';
import { randomLayer } from '../../parts/layers.js';
import { lacking } from '../../parts/needs.js';
import { startUpstream, type TestUpstream } from '../../parts/upstream.js';
import { updating } from './updating.js';

const COUNT = 200;
const skip = lacking({ programs: ['docker-registry'] });

function imageOf(number: number, version: string): Image {
  const layers = ['base', `${number}-${version}`].map((seed) => randomLayer(seed, 200));
  return buildImage({ layers, label: `${number}-${version}` });
}

/** Writes images into a folder in Distribution's layout, as a pull or a push leaves them there; a store syncs each file to the disk. */
async function fill(root: string, images: readonly Image[], upstream?: string): Promise<void> {
  const write = async (path: string, content: string | Buffer) => {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  };
  for (const [number, image] of images.entries()) {
    const name = `library/n${number}`;
    const { digest, bytes } = image.manifest;
    for (const blob of blobsOf(image)) {
      await write(blobData(blob.digest), blob.bytes);
      await write(layerLink(name, blob.digest), blob.digest);
    }
    await write(blobData(digest), bytes);
    await write(revisionLink(name, digest), digest);
    await write(tagIndex(name, '1', digest), digest);
    await write(tagCurrent(name, '1'), digest);
    if (upstream === undefined) continue;
    const origin = JSON.stringify({ upstream, confirmed: 1 });
    await write(revisionOrigin(name, digest), origin);
    await write(tagOrigin(name, '1'), origin);
  }
}

/** What the upstream was asked, without what it refused for want of a token. */
function asked({ counter }: TestUpstream): Record<'heads' | 'gets' | 'bytes' | 'others', number> {
  const granted = counter.requests.filter(({ status }) => status !== 401);
  const count = (method: string) =>
    granted.filter((each) => each.method === method && each.path.includes('/manifests/')).length;
  const [heads, gets] = [count('HEAD'), count('GET')];
  return { heads, gets, others: granted.length - heads - gets, bytes: counter.blobBytes() };
}

describe(`${COUNT} images of stock Distribution with token authentication`, { skip }, () => {
  it('cost one HEAD each when nothing has changed, and when one has, its new blobs', async () => {
    await using upstream = await startUpstream();
    const images = Array.from({ length: COUNT }, (_, number) => imageOf(number, '1'));
    await fill(upstream.registry.rootDirectory, images);
    await updating(
      async ({ run, list, layout, last }) => {
        await fill(layout.registry, images, 'docker.io');
        await list(...images.map((_, number) => `n${number}:1`));
        // What is attached to them is looked for once.
        const first = await run('update');
        assert.match(first.out, new RegExp(`0 images fetched \\(0 B\\), ${COUNT} unchanged`));

        upstream.counter.reset();
        const tokensBefore = upstream.tokens.requests.length;
        const second = await run('update');
        assert.deepEqual([second.status, second.err], [0, '']);
        assert.deepEqual(asked(upstream), { heads: COUNT, gets: 0, others: 0, bytes: 0 });
        // A token is good for one repository and, here, for five minutes: the mirror has them from the first update.
        assert.ok(upstream.tokens.requests.length - tokensBefore <= COUNT, 'one token a repository at most');
        assert.deepEqual([...new Set((await last())?.images.map(({ state }) => state))], ['unchanged']);
        assert.ok((await last())?.images.every(({ platforms }) => platforms?.[0]?.servable === true));

        const changed = imageOf(7, '2');
        await upstream.publish(changed, 'library/n7', '1');
        upstream.counter.reset();
        const third = await run('update');
        assert.match(third.out, new RegExp(`1 image fetched \\(.*\\), ${COUNT - 1} unchanged`));
        const own = [changed.config, changed.layers[1]].map((blob) => blob?.bytes.length ?? 0);
        assert.equal(
          upstream.counter.blobBytes(),
          own.reduce((sum, bytes) => sum + bytes, 0),
        );
        const fetched = upstream.counter.requests.filter(
          ({ method, status, path }) => method === 'GET' && status === 200 && /blobs|manifests/.test(path),
        );
        assert.deepEqual(
          fetched.map(({ path }) => /sha256:[0-9a-f]+/.exec(path)?.[0]).sort(),
          [changed.manifest, ...blobsOf(changed)]
            .map(({ digest }) => digest as string)
            .filter((digest) => digest !== changed.layers[0]?.digest)
            .sort(),
        );
      },
      { endpoint: upstream.endpoint },
    )();
  });
});
