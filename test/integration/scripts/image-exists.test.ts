import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { arch } from 'node:process';
import { after, before, describe, it } from 'node:test';
import { asPart, Parts } from '../../parts/cleanup.js';
import { request } from '../../parts/http.js';
import { blobsOf, buildImage, buildIndex, type MultiImage } from '../../parts/images.js';
import { randomLayer } from '../../parts/layers.js';
import { type Mirror, startMirror } from '../../parts/mirror.js';
import { lacking } from '../../parts/needs.js';
import { publish } from '../../parts/publish.js';
import { type ScriptedRegistry, startScriptedRegistry } from '../../parts/scripted-registry.js';
import { tempFolder } from '../../parts/temp.js';
import { waitFor } from '../../parts/wait.js';
import { check } from './detection.js';

/** This host's architecture as indexes have it, and another one. */
const HERE = arch === 'x64' ? 'amd64' : arch;
const ELSEWHERE = HERE === 'arm64' ? 'amd64' : 'arm64';

function imageOf(seed: string): MultiImage {
  return buildIndex(
    [ELSEWHERE, HERE].map((architecture) =>
      buildImage({
        layers: [randomLayer(`${seed} ${architecture}`, 5_000)],
        platform: { os: 'linux', architecture },
        label: seed,
      }),
    ),
  );
}

function offer(registry: ScriptedRegistry, repository: string, image: MultiImage, tag: string): void {
  for (const { bytes } of blobsOf(image)) registry.library.addBlob(repository, bytes);
  for (const { manifest } of image.images) registry.library.addManifest(repository, manifest.bytes);
  const { bytes, mediaType } = image.manifest;
  registry.library.addManifest(repository, bytes, tag, mediaType);
}

describe('check-docker-mirror IMAGE_EXISTS', { skip: lacking({ programs: ['curl', 'dash'] }) }, () => {
  const parts = new Parts();
  const at = {} as { mirror: Mirror; hub: ScriptedRegistry; ghcr: ScriptedRegistry; quay: ScriptedRegistry };
  const [ubuntu, app, minio, own] = ['ubuntu', 'app', 'minio', 'own'].map(imageOf) as [
    MultiImage,
    MultiImage,
    MultiImage,
    MultiImage,
  ];

  before(async () => {
    const start = async () => {
      const registry = await startScriptedRegistry();
      parts.add(asPart(() => registry.close()));
      return registry;
    };
    [at.hub, at.ghcr, at.quay] = [await start(), await start(), await start()];
    const list = parts.add(await tempFolder('dm-list')).file('images.txt');
    await writeFile(list, 'quay.io/minio/minio:latest\n');
    at.mirror = parts.add(
      await startMirror({
        upstreams: [
          { host: 'docker.io', endpoint: at.hub.origin },
          { host: 'ghcr.io', endpoint: at.ghcr.origin },
          { host: 'quay.io', endpoint: at.quay.origin },
        ],
        push: 'loopback',
        images: list,
      }),
    );
    offer(at.hub, 'library/ubuntu', ubuntu, '22.04');
    offer(at.hub, 'library/ubuntu', ubuntu, 'latest');
    offer(at.ghcr, 'o/a', app, 'v1');
    offer(at.quay, 'minio/minio', minio, 'latest');
    await publish(own, { url: at.mirror.url, repository: 'team/tool', tag: '1' });
  });
  after(() => parts.close());

  async function exists(name: string): Promise<boolean> {
    const asked = () => [at.hub, at.ghcr, at.quay].reduce((sum, { requests }) => sum + requests.length, 0);
    const before = asked();
    const told = await check(['IMAGE_EXISTS', name], {
      env: { DOCKER_REGISTRY_PORT: String(at.mirror.port) },
    });
    assert.equal(asked(), before, `${name}: an upstream was asked`);
    assert.ok(['true\n', 'false\n'].includes(told.out), told.out + told.err);
    assert.equal(told.status, told.out === 'true\n' ? 0 : 1, told.err);
    return told.out === 'true\n';
  }

  /** Pulls what an engine of this host pulls. */
  async function pull(name: string, tag: string, image: MultiImage, only = HERE): Promise<void> {
    const get = async (path: string) =>
      assert.equal((await request(`${at.mirror.url}/v2/${name}/${path}`)).status, 200, path);
    await get(`manifests/${tag}`);
    const child = image.images.find(({ platform }) => platform.architecture === only) ?? assert.fail();
    await get(`manifests/${child.manifest.digest}`);
    for (const { digest } of blobsOf(child)) await get(`blobs/${digest}`);
  }

  it('is false before an image was pulled, and after only its manifest or another platform was', async () => {
    assert.equal(await exists('ubuntu:22.04'), false);
    await request(`${at.mirror.url}/v2/library/ubuntu/manifests/22.04`);
    assert.equal(await exists('ubuntu:22.04'), false);
    await pull('library/ubuntu', '22.04', ubuntu, ELSEWHERE);
    assert.equal(await exists('ubuntu:22.04'), false);
  });

  it('is true once it was, however its name is written', async () => {
    await pull('library/ubuntu', '22.04', ubuntu);
    await pull('library/ubuntu', 'latest', ubuntu);
    const names = [
      'ubuntu',
      'ubuntu:22.04',
      'library/ubuntu:22.04',
      'docker.io/ubuntu:22.04',
      'docker.io/library/ubuntu:22.04',
      'index.docker.io/library/ubuntu:latest',
      'docker://docker.io/library/ubuntu:22.04',
      `localhost:${at.mirror.port}/ubuntu:22.04`,
      `127.0.0.1:${at.mirror.port}/library/ubuntu`,
      `localhost:${at.mirror.port}/docker.io/library/ubuntu`,
      `ubuntu@${ubuntu.manifest.digest}`,
      `ubuntu:22.04@${ubuntu.manifest.digest}`,
    ];
    // A blob is visible when it is whole on the disk, shortly after the client has it.
    await waitFor(() => exists('ubuntu'), { what: 'it is held' });
    for (const name of names) assert.equal(await exists(name), true, name);
    for (const name of ['ubuntu:24.04', 'debian', `ubuntu@sha256:${'0'.repeat(64)}`])
      assert.equal(await exists(name), false, name);
  });

  it('knows other registries, also by the short names of the list', async () => {
    await pull('ghcr.io/o/a', 'v1', app);
    await pull('minio/minio', 'latest', minio);
    await waitFor(async () => (await exists('ghcr.io/o/a:v1')) && (await exists('minio/minio')), {
      what: 'held',
    });
    for (const name of [
      'ghcr.io/o/a:v1',
      `ghcr.io/o/a@${app.manifest.digest}`,
      `localhost:${at.mirror.port}/ghcr.io/o/a:v1`,
      'quay.io/minio/minio:latest',
      `localhost:${at.mirror.port}/minio/minio:latest`,
    ])
      assert.equal(await exists(name), true, name);
    for (const name of ['o/a:v1', 'registry.example.com/o/a:v1', 'registry.example.com:5000/o/a:v1'])
      assert.equal(await exists(name), false, name);
  });

  it('knows what was pushed', async () => {
    assert.equal(await exists('team/tool:1'), true);
    assert.equal(await exists('team/tool:2'), false);
  });

  it('refuses what is no name', async () => {
    for (const name of [
      'Upper/case',
      'a b',
      'a;b',
      '/a',
      'a/',
      'a//b',
      'a:',
      'a@sha256:1',
      '$(id)',
      'http://a',
      'a[1]',
      '',
    ]) {
      const told = await check(['IMAGE_EXISTS', name], {
        env: { DOCKER_REGISTRY_PORT: String(at.mirror.port) },
      });
      assert.equal(told.status, 2, `${name}: ${told.out}${told.err}`);
      assert.notEqual(told.out, 'true\n');
    }
  });
});

describe('check-docker-mirror IMAGE_EXISTS, where another registry stands in for Docker Hub', {
  skip: lacking({ programs: ['curl', 'dash'] }),
}, () => {
  it("takes a name of one word for Docker's, and for one of that registry", async () => {
    await using parts = new Parts();
    const copy = await startScriptedRegistry();
    parts.add(asPart(() => copy.close()));
    const image = buildImage({
      layers: [randomLayer('stand-in', 5_000)],
      platform: { os: 'linux', architecture: HERE },
    });
    for (const repository of ['library/redis', 'tool']) {
      for (const { bytes } of blobsOf(image)) copy.library.addBlob(repository, bytes);
      copy.library.addManifest(repository, image.manifest.bytes, '7', image.manifest.mediaType);
    }
    const extra = { proxy: { remoteurl: copy.origin } };
    const mirror = parts.add(await startMirror({ extra }));
    const exists = async (name: string) =>
      (await check(['IMAGE_EXISTS', name], { env: { DOCKER_REGISTRY_PORT: String(mirror.port) } })).out;
    assert.equal(await exists('redis:7'), 'false\n');
    // As dockerd asks its mirror for redis:7.
    for (const repository of ['library/redis', 'tool']) {
      for (const path of ['manifests/7', ...blobsOf(image).map(({ digest }) => `blobs/${digest}`)]) {
        const { status } = await request(`${mirror.url}/v2/${repository}/${path}`);
        assert.equal(status, 200, path);
      }
    }
    await waitFor(async () => (await exists('redis:7')) === 'true\n', { what: 'redis:7 is held' });
    await waitFor(async () => (await exists('tool:7')) === 'true\n', { what: 'tool:7 is held' });
    assert.equal(await exists('other:7'), 'false\n');
    assert.equal(await exists('redis:8'), 'false\n');
  });
});
