import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { run } from '#src/host/exec.js';
import { layoutOf } from '#src/render/layout.js';
import { Parts } from '../parts/cleanup.js';
import { type Dockerd, startDockerd } from '../parts/dockerd.js';
import { smallImage } from '../parts/images.js';
import { MAIN, type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { type Podman, startPodman } from '../parts/podman.js';
import { RegistryClient } from '../parts/registry-client.js';
import { tempFolder } from '../parts/temp.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';
import { assertServes } from './pulling.js';

const skip = lacking({
  root: true,
  programs: ['docker-registry', 'openssl', 'dockerd', 'docker', 'containerd', 'podman'],
});

describe('a tag that is put back to what it stood for', { skip, timeout: 180_000 }, () => {
  const parts = new Parts();
  const [before1, before2, bad] = ['good', 'better', 'bad'].map((seed) => smallImage(`rollback-${seed}`)) as [
    ReturnType<typeof smallImage>,
    ReturnType<typeof smallImage>,
    ReturnType<typeof smallImage>,
  ];
  let upstream: TestUpstream;
  let mirror: Mirror;
  let dockerd: Dockerd;
  let podman: Podman;
  let client: RegistryClient;
  let images: (...words: string[]) => Promise<string>;

  before(async () => {
    const folder = parts.add(await tempFolder('dm-rollback'));
    const layout = layoutOf(folder.file('mirror'));
    await mkdir(layout.images, { recursive: true });
    upstream = parts.add(await startUpstream());
    const upstreams = [{ host: 'docker.io', endpoint: upstream.endpoint }];
    mirror = parts.add(
      await startMirror({ upstreams, images: layout.manifest, rootDirectory: layout.registry }),
    );
    client = new RegistryClient(mirror);
    // What commands look at is beside the mirror's folder of images.
    await mkdir(layout.configFolder, { recursive: true });
    await run('cp', [mirror.config, layout.config]);
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder.path,
      KCONFIG_CONFIG: folder.file('.config'),
      DOCKER_MIRROR_PATH: layout.root,
    };
    images = async (...words) =>
      (await run(process.execPath, [MAIN, 'images', ...words], { env, timeout: 60_000 })).stdout;
    dockerd = parts.add(await startDockerd());
    podman = parts.add(await startPodman());
    for (const image of [before1, before2, bad]) {
      await upstream.publish(image, 'library/app', '1');
      await assertServes(mirror, 'library/app', '1', image);
    }
  });
  after(() => parts.close());

  it('is served so to engines, though its registry says otherwise', async () => {
    const history = await images('history', 'app:1');
    assert.match(history.split('\n')[0] ?? '', new RegExp(`^${bad.manifest.digest} .*, now$`));
    assert.match(await images('rollback', 'app:1'), new RegExp(`served as ${before2.manifest.digest}`));
    await untilServed(before2.manifest.digest);
    await assertPulled(before2);
  });

  it('and after a restart, without its registry', async () => {
    await upstream.stop();
    await mirror.restart();
    await assertPulled(before2);
  });

  it('and further back, from there', async () => {
    assert.match(await images('rollback', 'app:1'), new RegExp(`served as ${before1.manifest.digest}`));
    await untilServed(before1.manifest.digest);
    await assertPulled(before1);
    const digests = (await images('history', 'app:1')).split('\n').map((line) => line.slice(0, 71));
    assert.deepEqual(
      digests,
      [bad, before2, before1].map(({ manifest }) => manifest.digest),
    );
  });

  it('until it follows its registry again', async () => {
    await upstream.start();
    await images('unpin', 'app:1');
    await untilServed(bad.manifest.digest);
    await assertPulled(bad);
    const digests = (await images('history', 'app:1')).split('\n').map((line) => line.slice(0, 71));
    assert.deepEqual(
      digests,
      [bad, before2, before1].map(({ manifest }) => manifest.digest),
    );
  });

  /** The mirror looks at the list every two seconds, and does not ask an upstream that has just come back at once. */
  async function untilServed(digest: string): Promise<void> {
    await waitFor(
      async () => {
        const answer = await client.manifest('library/app', '1', { method: 'HEAD' });
        return answer.header('docker-content-digest') === digest;
      },
      { what: `app:1 is served as ${digest}`, timeout: 60_000, interval: 100, detail: () => mirror.tail() },
    );
  }

  async function assertPulled(image: ReturnType<typeof smallImage>): Promise<void> {
    const name = `${mirror.address}/library/app:1`;
    await dockerd.forgetImages();
    await podman.forgetImages();
    assert.equal(await dockerd.pull(name), image.manifest.digest);
    assert.equal(await podman.pull(name, '--tls-verify=false'), image.config.digest.slice('sha256:'.length));
  }
});
