import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Parts } from '../parts/cleanup.js';
import { DOCKERD_PROGRAMS, type Dockerd, startDockerd } from '../parts/dockerd.js';
import { type Image, smallImage } from '../parts/images.js';
import { lacking } from '../parts/needs.js';
import { type Podman, startPodman } from '../parts/podman.js';
import { RegistryClient } from '../parts/registry-client.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';
import { type Keeping, startKeeping } from './keeping.js';

const programs = [...DOCKERD_PROGRAMS, 'podman', 'crun', 'docker-registry', 'openssl'];
const skip = lacking({ programs, root: true });

const [QUAY, GHCR] = ['quay.io', 'ghcr.io'];

describe('names without their first component, as workflows rewrite them', { skip, timeout: 180_000 }, () => {
  const parts = new Parts();
  const minio = smallImage('aliases-minio');
  const router = smallImage('aliases-router', { flavour: 'docker' });
  const redis = smallImage('aliases-redis');
  /** Of Docker Hub, with the name that is left of quay.io's. */
  const other = smallImage('aliases-other');
  let hub: TestUpstream;
  let quay: TestUpstream;
  let ghcr: TestUpstream;
  let keeping: Keeping;
  let docker: Dockerd;
  let podman: Podman;

  before(async () => {
    [hub, quay, ghcr] = [
      parts.add(await startUpstream()),
      parts.add(await startUpstream()),
      parts.add(await startUpstream()),
    ];
    await quay.publish(minio, 'minio/minio', 'latest');
    await ghcr.publish(router, 'project/stack/router', '1');
    await hub.publish(redis, 'library/redis', '7');
    await hub.publish(other, 'minio/minio', 'latest');
    keeping = parts.add(
      await startKeeping({
        upstreams: [
          { host: 'docker.io', endpoint: hub.endpoint },
          { host: QUAY, endpoint: quay.endpoint },
          { host: GHCR, endpoint: ghcr.endpoint },
        ],
      }),
    );
    docker = parts.add(await startDockerd());
    podman = parts.add(await startPodman());
  });
  after(() => parts.close());

  it('mean Docker Hub while nothing is listed', async () => {
    await expectPulls('minio/minio:latest', other);
  });

  it('mean the listed images, cold', async () => {
    await keeping.list(`${QUAY}/minio/minio:latest`, `${GHCR}/project/stack/router:1`, 'redis:7');
    await followed('minio/minio', 'latest', minio);
    const asked = hub.counter.requests.length;
    await expectPulls('minio/minio:latest', minio);
    await expectPulls('project/stack/router:1', router);
    assert.equal(hub.counter.requests.length, asked, 'Docker Hub was not asked');
    await expectPulls('redis:7', redis);
  });

  it('are there after an update with every upstream off', async () => {
    await keeping.update();
    await Promise.all([hub.stop(), quay.stop(), ghcr.stop()]);
    await keeping.mirror.restart();
    await expectPulls('minio/minio:latest', minio);
    await expectPulls('project/stack/router:1', router);
    await expectPulls('redis:7', redis);
  });

  it('that two listed images share are refused with both their names, when the list is read and when asked', async () => {
    await keeping.list(`${QUAY}/minio/minio:latest`, `${GHCR}/minio/minio:1`);
    const client = new RegistryClient(keeping.mirror);
    const answer = await waitFor(
      async () => {
        const got = await client.manifest('minio/minio', 'latest');
        return got.status === 404 ? got : undefined;
      },
      { what: 'the mirror follows the list', detail: () => keeping.mirror.tail() },
    );
    const both = /quay\.io\/minio\/minio.*ghcr\.io\/minio\/minio/;
    assert.match(answer.text(), both);
    await waitFor(
      () => keeping.mirror.log.some(({ level, msg }) => level === 'error' && both.test(String(msg))),
      { what: 'the log says so', detail: () => keeping.mirror.tail() },
    );
    await assert.rejects(docker.pull(`${keeping.mirror.address}/minio/minio:latest`), both);
    // By their full names they are what they were.
    await expectPulls(`${QUAY}/minio/minio:latest`, minio);
  });

  /** By an engine that has nothing yet, with the mirror's address in front and no mirror configured. */
  async function expectPulls(name: string, image: Image): Promise<void> {
    await docker.forgetImages();
    await podman.forgetImages();
    const full = `${keeping.mirror.address}/${name}`;
    assert.equal(await docker.pull(full), image.manifest.digest, name);
    assert.equal(await podman.pull(full, '--tls-verify=false'), image.config.digest.slice(7), name);
  }

  /** The mirror looks at the list every two seconds. */
  async function followed(repository: string, tag: string, image: Image): Promise<void> {
    const client = new RegistryClient(keeping.mirror);
    const isNow = async () =>
      (await client.manifest(repository, tag)).header('docker-content-digest') === image.manifest.digest;
    await waitFor(isNow, { what: 'the mirror follows the list', detail: () => keeping.mirror.tail() });
  }
});
