import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { loadManifest } from '#src/images/archive/load-manifest.js';
import type { Digest } from '#src/oci/digest.js';
import { createMemoryStore } from '#src/store/memory.js';
import type { Store } from '#src/store/port.js';
import { applyBytes, bundleBytes, opened } from '../../../parts/bundles.js';
import { fillStore } from '../../../parts/fill-store.js';
import { type AnyImage, buildImage, buildIndex, type Image } from '../../../parts/images.js';
import { randomLayer } from '../../../parts/layers.js';
import { type TempFolder, tempFolder } from '../../../parts/temp.js';

/** Few, so that images share layers and repositories share images. */
const LAYERS = Array.from({ length: 6 }, (_, number) => randomLayer(`layer-${number}`, 50 + number * 40));

/** An image in short: its layers by number, and what makes it differ. */
const single = fc.record({
  layers: fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
  label: fc.nat(2).map(String),
  flavour: fc.constantFrom('oci' as const, 'docker' as const),
});

/** Something that happens to a mirror: a pull or a push. */
const step = fc.record({
  image: fc.oneof(single, fc.array(single, { minLength: 1, maxLength: 3 })),
  place: fc.constantFrom(
    { repository: 'library/a', upstream: 'docker.io', prefix: '' },
    { repository: 'second.example/a/b', upstream: 'second.example', prefix: '' },
    // A mirror lets nobody push over what is an upstream's.
    { repository: 'library/a', prefix: 'own-' },
    { repository: 'team/own', prefix: '' },
  ),
  tag: fc.constantFrom('1', '2', '__proto__'),
  /** Of an index: how many of its images are there. */
  held: fc.integer({ min: 1, max: 3 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
const steps = fc.array(step, { maxLength: 8 });

function build(image: Step['image']): AnyImage {
  const one = ({ layers, ...rest }: { layers: number[]; label: string; flavour: 'oci' | 'docker' }): Image =>
    buildImage({ ...rest, layers: layers.flatMap((number) => LAYERS[number] ?? []) });
  if (!Array.isArray(image)) return one(image);
  return buildIndex([...new Map(image.map(one).map((each) => [each.manifest.digest, each])).values()]);
}

async function perform(store: Store, all: readonly Step[]): Promise<void> {
  for (const { image, place, tag, held } of all) {
    const { prefix, ...shelf } = place;
    const built = build(image);
    const images = 'images' in built ? built.images.slice(0, held) : undefined;
    const digests = [built, ...(images ?? [])].map(({ manifest }) => manifest.digest);
    // A pull leaves what was pushed as pushed, and a push makes what was pulled one's own, as the gateway does.
    const pushed: typeof digests = [];
    for (const digest of digests) if (await isPushed(store, shelf.repository, digest)) pushed.push(digest);
    await fillStore(store, built, { ...shelf, tag: `${prefix}${tag}` }, images);
    for (const digest of 'upstream' in shelf ? pushed : digests) {
      await store.origins.removeRevision(shelf.repository, digest);
    }
  }
}

async function isPushed(
  { repositories, origins }: Store,
  repository: string,
  digest: Digest,
): Promise<boolean> {
  if (!(await repositories.hasRevision(repository, digest))) return false;
  return (await origins.readRevision(repository, digest)) === undefined;
}

/** All that a mirror would serve, in lines. */
async function served(store: Store): Promise<string[]> {
  const lines: string[] = [];
  const size = async (digest: string) =>
    `${(await store.blobs.stat(digest as never))?.size ?? 'missing'} bytes`;
  for await (const repository of store.repositories.walk()) {
    for (const tag of (await store.repositories.tags(repository)) ?? []) {
      const whose = (await store.origins.readTag(repository, tag))?.upstream ?? 'pushed';
      lines.push(`tag ${repository}:${tag} ${await store.repositories.readTag(repository, tag)} ${whose}`);
    }
    for await (const digest of store.repositories.revisions(repository)) {
      const whose = (await store.origins.readRevision(repository, digest))?.upstream ?? 'pushed';
      lines.push(`manifest ${repository}@${digest} ${whose} ${await size(digest)}`);
    }
    for await (const digest of store.repositories.layers(repository)) {
      lines.push(`layer ${repository} ${digest} ${await size(digest)}`);
    }
  }
  return lines.sort();
}

describe('a mirror that bundles were applied to', () => {
  let folder: TempFolder;
  let count = 0;
  beforeEach(async () => {
    folder = await tempFolder('dm-equal');
  });
  afterEach(() => folder.close());

  function state(): string {
    count += 1;
    return folder.file(`state-${count}`);
  }

  it('serves what the other one does: a whole one', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (all, seekable) => {
        const [source, target] = [createMemoryStore(), createMemoryStore()];
        await perform(source, all);
        await applyBytes(await bundleBytes(source), target, state(), { seekable });
        assert.deepEqual(await served(target), await served(source));
      }),
      { numRuns: 60 },
    );
  });

  it('serves what the other one does: a whole one and twice what was new since, the last one again', async () => {
    await fc.assert(
      fc.asyncProperty(steps, steps, steps, async (...stages) => {
        const [source, target] = [createMemoryStore(), createMemoryStore()];
        const here = state();
        const bundles: Buffer[] = [];
        for (const stage of stages) {
          await perform(source, stage);
          const last = bundles.at(-1);
          bundles.push(
            await bundleBytes(source, last === undefined ? {} : { base: (await opened(last)).base }),
          );
        }
        for (const bytes of [...bundles, ...bundles.slice(-1)]) await applyBytes(bytes, target, here);
        assert.deepEqual(await served(target), await served(source));
        const carried: string[] = [];
        for (const bytes of bundles) carried.push(...(await opened(bytes)).list.members);
        assert.equal(new Set(carried).size, carried.length, 'something was carried twice');
      }),
      { numRuns: 40 },
    );
  });

  it('has only what is whole, and all that is, whatever the other one lacked', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.array(fc.nat(1000), { maxLength: 3 }), async (all, holes) => {
        const [source, target] = [createMemoryStore(), createMemoryStore()];
        await perform(source, all);
        const blobs = [];
        for await (const { digest } of source.blobs.walk()) blobs.push(digest);
        for (const hole of blobs.length === 0 ? [] : holes) {
          await source.blobs.remove(blobs[hole % blobs.length] as never);
        }
        const left: string[] = [];
        const tell = (event: { event: string; image?: string }) => {
          if (event.event === 'left_out') left.push(event.image ?? '');
        };
        await applyBytes(await bundleBytes(source, { tell }), target, state());
        const lines = await served(target);
        for (const line of lines) assert.doesNotMatch(line, /missing/);
        const tags = (which: readonly string[]) => which.filter((line) => line.startsWith('tag')).length;
        assert.equal(tags(lines) + left.length, tags(await served(source)));
        await assertWhole(target);
      }),
      { numRuns: 60 },
    );
  });
});

/** Every image has its config and its layers in its own repository. */
async function assertWhole({ blobs, repositories }: Store): Promise<void> {
  for await (const repository of repositories.walk()) {
    for await (const digest of repositories.revisions(repository)) {
      const { manifest } = (await loadManifest(blobs, digest)) ?? assert.fail(`${digest} is not there`);
      for (const { digest: blob } of [
        ...(manifest.config === undefined ? [] : [manifest.config]),
        ...manifest.layers,
      ]) {
        assert.ok(await repositories.hasLayer(repository, blob), `${repository}@${digest} lacks ${blob}`);
      }
    }
  }
}
