import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { LastUpdate } from '#src/images/last-update.js';
import { hexOf } from '#src/oci/digest.js';
import { OCI_INDEX } from '#src/oci/media-type.js';
import {
  type AnyImage,
  buildArtifact,
  buildImage,
  descriptorOf,
  type Image,
  multiImage,
  smallImage,
} from '../../parts/images.js';
import { randomLayer, sha256 } from '../../parts/layers.js';
import { RegistryClient } from '../../parts/registry-client.js';
import { addImage, type Updating, updating } from './updating.js';

const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';
const ATTESTED = {
  'vnd.docker.reference.type': 'attestation-manifest',
};

function artifact(subject: AnyImage, content: string): Image {
  return buildArtifact({ subject, artifactType: 'application/vnd.example', content: Buffer.from(content) });
}

/** What the last update says of what is attached to its first image. */
async function attached({ last }: Updating): Promise<LastUpdate['images'][number]['attached']> {
  return (await last())?.images[0]?.attached;
}

/** Everything that an artifact is made of comes from the mirror while no upstream answers. */
async function assertPullable(mirror: string, repository: string, image: Image, tag?: string): Promise<void> {
  const client = new RegistryClient({ url: mirror });
  const manifest = await client.manifest(repository, tag ?? image.manifest.digest);
  assert.deepEqual([manifest.status, sha256(manifest.body)], [200, image.manifest.digest]);
  for (const { digest } of [image.config, ...image.layers]) {
    assert.equal((await client.downloadBlob(repository, digest)).digest, digest);
  }
}

async function referrers(mirror: string, repository: string, digest: string): Promise<string[]> {
  const answer = await new RegistryClient({ url: mirror }).send(`/v2/${repository}/referrers/${digest}`);
  assert.equal(answer.status, 200);
  return (answer.json() as { manifests: { digest: string }[] }).manifests.map((each) => each.digest).sort();
}

/** The scripted upstream answers nothing any more. */
function takeOff({ hub }: Updating): void {
  hub.on({ plan: { reset: true } });
}

describe('what is attached to images', () => {
  it(
    'is fetched with them: referrers, also of referrers and of the platform, and tags of cosign; once for each digest',
    updating(async (scene) => {
      const { hub, run, list, forget, mirror } = scene;
      const image = multiImage('m');
      const own = image.images.find(({ platform }) => platform.architecture === ARCHITECTURE) as Image;
      const other = image.images.find((each) => each !== own) as Image;
      const [signature, platformSbom, otherSbom] = [
        artifact(image, 'signature'),
        artifact(own, 'list'),
        artifact(other, 'of the other platform'),
      ];
      const ofSbom = artifact(platformSbom, 'signature of the list');
      const cosign = buildImage({ layers: [randomLayer('cosign', 300)] });
      const cosignTag = `sha256-${hexOf(own.manifest.digest)}.sig`;
      addImage(hub, 'library/m', '1', image);
      for (const each of [signature, platformSbom, otherSbom, ofSbom]) {
        addImage(hub, 'library/m', each.manifest.digest, each);
      }
      addImage(hub, 'library/m', cosignTag, cosign);
      await list('m:1');
      assert.equal((await run('update')).status, 0);
      assert.deepEqual(await attached(scene), { manifests: 4, problem: null });

      forget();
      assert.match((await run('update')).out, /m:1: unchanged\n/);
      assert.deepEqual(
        hub.requests.map(({ method, path }) => `${method} ${path}`),
        ['HEAD /v2/library/m/manifests/1'],
      );

      takeOff(scene);
      for (const each of [signature, platformSbom, ofSbom])
        await assertPullable(mirror.url, 'library/m', each);
      await assertPullable(mirror.url, 'library/m', cosign, cosignTag);
      assert.deepEqual(await referrers(mirror.url, 'library/m', image.manifest.digest), [
        signature.manifest.digest,
      ]);
      assert.deepEqual(await referrers(mirror.url, 'library/m', own.manifest.digest), [
        platformSbom.manifest.digest,
      ]);
      const client = new RegistryClient({ url: mirror.url });
      assert.notEqual((await client.manifest('library/m', otherSbom.manifest.digest)).status, 200);
    }),
  );

  it(
    'is fetched where the upstream lists it under a tag, and where the index holds it',
    updating(
      async (scene) => {
        const { hub, run, list, mirror } = scene;
        const own = smallImage('own');
        const attestation = buildImage({
          layers: [randomLayer('attestation', 300)],
          platform: { os: 'unknown', architecture: 'unknown' },
        });
        const note = (subject: string) => ({ ...ATTESTED, 'vnd.docker.reference.digest': subject });
        const elsewhere = buildImage({ layers: [randomLayer('elsewhere', 300)] });
        const index = {
          schemaVersion: 2,
          mediaType: OCI_INDEX,
          manifests: [
            { ...descriptorOf(own.manifest), platform: { os: 'linux', architecture: ARCHITECTURE } },
            {
              ...descriptorOf(attestation.manifest),
              platform: attestation.platform,
              annotations: note(own.manifest.digest),
            },
            {
              ...descriptorOf(elsewhere.manifest),
              platform: attestation.platform,
              annotations: note(sha256(Buffer.from('another image'))),
            },
          ],
        };
        for (const each of [own, attestation, elsewhere])
          addImage(hub, 'library/i', each.manifest.digest, each);
        const digest = hub.library.addManifest('library/i', index, '1', OCI_INDEX);
        const signature = artifact(own, 'signature');
        addImage(hub, 'library/i', signature.manifest.digest, signature);
        const listed = {
          schemaVersion: 2,
          mediaType: OCI_INDEX,
          manifests: [descriptorOf(signature.manifest)],
        };
        hub.library.addManifest('library/i', listed, `sha256-${hexOf(own.manifest.digest)}`, OCI_INDEX);
        await list('i:1');
        assert.equal((await run('update')).status, 0);
        assert.deepEqual(await attached(scene), { manifests: 2, problem: null });
        takeOff(scene);
        await assertPullable(mirror.url, 'library/i', attestation);
        await assertPullable(mirror.url, 'library/i', signature);
        assert.deepEqual(await referrers(mirror.url, 'library/i', own.manifest.digest), [
          signature.manifest.digest,
        ]);
        const client = new RegistryClient({ url: mirror.url });
        assert.equal((await client.manifest('library/i', digest)).status, 200);
        assert.notEqual((await client.manifest('library/i', elsewhere.manifest.digest)).status, 200);
      },
      { hub: { referrers: false } },
    ),
  );

  it(
    'is told when it cannot be had, makes the image no worse, and is tried again',
    updating(async (scene) => {
      const { hub, run, list, last } = scene;
      const image = smallImage('a');
      const signature = artifact(image, 'signature');
      addImage(hub, 'library/a', '1', image);
      addImage(hub, 'library/a', signature.manifest.digest, signature);
      const gone = signature.layers[0]?.digest ?? '';
      hub.on({ path: new RegExp(gone), plan: { status: 404 } });
      await list('a:1');
      const { status, out } = await run('update');
      assert.equal(status, 0);
      assert.match(out, /\na:1: fetched \d blobs, .*; not all of what is attached to it: .*sha256:/);
      assert.equal((await last())?.images[0]?.state, 'fetched');
      assert.equal((await attached(scene))?.manifests, 1);
      assert.match((await attached(scene))?.problem ?? '', /sha256:/);
      hub.behave();
      assert.match((await run('update')).out, /\na:1: fetched 1 blob, 9 B\n/);
      assert.deepEqual(await attached(scene), { manifests: 1, problem: null });
    }),
  );

  it(
    'is not taken for all there is where the upstream could not be asked what refers to an image',
    updating(async (scene) => {
      const { hub, run, list } = scene;
      const image = smallImage('a');
      addImage(hub, 'library/a', '1', image);
      hub.on({ path: /referrers/, plan: { status: 503 } });
      await list('a:1');
      assert.equal((await run('update')).status, 0);
      assert.deepEqual(await attached(scene), {
        manifests: 0,
        problem: `the upstream could not be asked what refers to ${image.manifest.digest}`,
      });
      hub.behave();
      assert.equal((await run('update')).status, 0);
      assert.deepEqual(await attached(scene), { manifests: 0, problem: null });
    }),
  );

  it(
    'is not taken without end from an upstream that lists it without end',
    updating(async (scene) => {
      const { hub, run, list } = scene;
      const image = smallImage('a');
      addImage(hub, 'library/a', '1', image);
      for (let i = 0; i < 80; i += 1) {
        const each = artifact(image, `number ${i}`);
        addImage(hub, 'library/a', each.manifest.digest, each);
      }
      await list('a:1');
      assert.equal((await run('update')).status, 0);
      const found = await attached(scene);
      assert.equal(found?.manifests, 64);
      assert.match(found?.problem ?? '', /more than 64 manifests are attached to it; the rest is left out/);
    }),
  );

  it(
    'is left alone when the settings say so, and asked for anew by who pulls',
    updating(
      async (scene) => {
        const { hub, run, list, asked, env } = scene;
        const image = smallImage('a');
        const signature = artifact(image, 'signature');
        addImage(hub, 'library/a', '1', image);
        addImage(hub, 'library/a', signature.manifest.digest, signature);
        await list('a:1');
        assert.equal((await run('update')).status, 0);
        assert.equal(await attached(scene), undefined);
        assert.ok(!asked().some((line) => line.includes(signature.manifest.digest)));
        assert.equal((await run('pull', 'a:1')).status, 0);
        assert.ok(!asked().some((line) => line.includes(signature.manifest.digest)));
        await writeFile(env['KCONFIG_CONFIG'] ?? '', '# CONFIG_DOCKER_MIRROR_PRELOAD_IMAGES is not set\n');
        const pulled = await run('pull', '--json', 'a:1');
        assert.equal(pulled.status, 0);
        const event = pulled.out
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>)
          .find(({ event }) => event === 'image');
        assert.deepEqual(event?.['attached'], { manifests: 1, problem: null });
        assert.ok(asked().some((line) => line.includes(signature.manifest.digest)));
      },
      {
        settings:
          '# CONFIG_DOCKER_MIRROR_PRELOAD_IMAGES is not set\n# CONFIG_DOCKER_MIRROR_PREFETCH_ATTACHED is not set\n',
      },
    ),
  );
});
