import assert from 'node:assert/strict';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CommandError } from '#src/host/exec.js';
import { completenessOf, isComplete, missingOf } from '#src/images/completeness/completeness.js';
import { platformOfHost } from '#src/oci/platform.js';
import { createDistributionStore } from '#src/store/distribution.js';
import { blobData } from '#src/store/layout.js';
import type { Store } from '#src/store/port.js';
import { asPart, Parts } from '../parts/cleanup.js';
import { type Containerd, startContainerd } from '../parts/containerd.js';
import { type Dockerd, startDockerd } from '../parts/dockerd.js';
import { fillStore } from '../parts/fill-store.js';
import { type AnyImage, type Content, multiImage, smallImage } from '../parts/images.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { type Podman, startPodman } from '../parts/podman.js';
import { tempFolder } from '../parts/temp.js';

/** The repository of an image, besides its tag `1`; its content; what is done to it; and what is missing then for this host. */
interface Case {
  readonly name: string;
  readonly image: AnyImage;
  readonly damage?: (store: Store, root: string, repository: string) => Promise<unknown>;
  readonly missing: readonly Content[];
}

const HERE = platformOfHost(process.arch);
const TWO = multiImage('partial-two');
const NEITHER = multiImage('partial-neither');

const CASES: readonly Case[] = [
  { name: 'whole', image: smallImage('partial-whole'), missing: [] },
  { name: 'whole-docker', image: smallImage('partial-docker', { flavour: 'docker' }), missing: [] },
  caseOf(
    'no-layer',
    (image) => image.layers[1],
    (store, _, repository, { digest }) => store.repositories.unlinkLayer(repository, digest),
  ),
  caseOf(
    'no-bytes',
    (image) => image.layers[1],
    (store, _, __, { digest }) => store.blobs.remove(digest),
  ),
  caseOf(
    'cut',
    (image) => image.layers[1],
    (_, root, __, { digest }) => truncate(join(root, blobData(digest)), 1_000),
  ),
  caseOf(
    'no-config',
    (image) => image.config,
    (store, _, repository, { digest }) => store.repositories.unlinkLayer(repository, digest),
  ),
  caseOf(
    'no-manifest',
    (image) => image.manifest,
    (store, _, repository, { digest }) => store.repositories.unlinkRevision(repository, digest),
  ),
  // Only this host's platform, and only the other one.
  { name: 'one-of-two', image: TWO, damage: withoutPlatform(TWO, false), missing: [] },
  {
    name: 'other-of-two',
    image: NEITHER,
    damage: withoutPlatform(NEITHER, true),
    missing: NEITHER.images.filter(isOfHost).map(({ manifest }) => manifest),
  },
];

function caseOf(
  name: string,
  pick: (image: ReturnType<typeof smallImage>) => Content | undefined,
  damage: (store: Store, root: string, repository: string, part: Content) => Promise<unknown>,
): Case {
  const image = smallImage(`partial-${name}`);
  const part = pick(image) ?? assert.fail(name);
  return {
    name,
    image,
    damage: (store, root, repository) => damage(store, root, repository, part),
    missing: [part],
  };
}

function isOfHost({ platform }: ReturnType<typeof smallImage>): boolean {
  return platform.architecture === HERE.architecture;
}

/** Takes the image of this host's platform, or of the other one, out of an index that is here. */
function withoutPlatform(index: ReturnType<typeof multiImage>, ours: boolean): NonNullable<Case['damage']> {
  return async (store, _, repository) => {
    for (const image of index.images.filter((each) => isOfHost(each) === ours)) {
      await store.repositories.unlinkRevision(repository, image.manifest.digest);
    }
  };
}

const skip = lacking({ root: true, programs: ['dockerd', 'docker', 'containerd', 'ctr', 'podman'] });

describe('engines that pull from a partial cache while no upstream answers', {
  skip,
  timeout: 240_000,
}, () => {
  const parts = new Parts();
  const complete = new Set<string>();
  let store: Store;
  let mirror: Mirror;
  let dockerd: Dockerd;
  let containerd: Containerd;
  let podman: Podman;

  before(async () => {
    const folder = parts.add(await tempFolder('dm-partial'));
    store = createDistributionStore({ rootDirectory: folder.path });
    parts.add(asPart(() => store.close()));
    for (const { name, image, damage } of CASES) {
      const repository = `library/${name}`;
      await fillStore(store, image, { repository, tag: '1', upstream: 'docker.io' });
      await damage?.(store, folder.path, repository);
    }
    // Nothing listens there.
    const upstreams = [{ host: 'docker.io', endpoint: 'http://127.0.0.1:9' }];
    mirror = parts.add(await startMirror({ upstreams, rootDirectory: folder.path }));
    // An engine asks again for a long time for what it does not get.
    dockerd = parts.add(await startDockerd({ extra: { 'max-download-attempts': 1 } }));
    containerd = parts.add(await startContainerd());
    await containerd.setMirror('docker.io', mirror.url);
    podman = parts.add(await startPodman());
  });
  after(() => parts.close());

  it('find what is called complete, and nothing else', async () => {
    for (const { name, image, missing } of CASES) {
      const found = await completenessOf(store, `library/${name}`, image.manifest.digest, [HERE]);
      const named = found.rootMissing ? [found.digest] : missingOf(found).map(({ digest }) => digest);
      assert.deepEqual(
        named,
        missing.map(({ digest }) => digest),
        name,
      );
      if (isComplete(found)) complete.add(name);
    }
    assert.deepEqual([...complete], ['whole', 'whole-docker', 'one-of-two']);
  });

  it('and that is so for dockerd', () =>
    pullAll((name) => dockerd.pull(`${mirror.address}/library/${name}:1`)));

  it('for containerd, which asks for upstream names', () =>
    pullAll((name) => containerd.pull(`docker.io/library/${name}:1`)));

  // It asks for the image that a tag stands for by the tag alone, and never by digest.
  it('and for podman, which does not miss a manifest that is not given out by digest', () =>
    pullAll(
      (name) => podman.pull(`${mirror.address}/library/${name}:1`, '--tls-verify=false'),
      ['no-manifest'],
    ));

  /** What is complete is pulled, and the rest is refused. At the same time, as some engines take their time to give up. */
  async function pullAll(
    pull: (name: string) => Promise<unknown>,
    besides: readonly string[] = [],
  ): Promise<void> {
    const expected = CASES.map(({ name }) => name).filter(
      (name) => complete.has(name) || besides.includes(name),
    );
    const got = await Promise.all(
      CASES.map(async ({ name }) => {
        try {
          await pull(name);
          return name;
        } catch (error) {
          if (error instanceof CommandError && !expected.includes(name)) return undefined;
          throw new Error(`${name}: ${String(error)}\n${mirror.tail()}`, { cause: error });
        }
      }),
    );
    assert.deepEqual(
      got.filter((name) => name !== undefined),
      expected,
    );
  }
});
