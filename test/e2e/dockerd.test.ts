import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Parts } from '../parts/cleanup.js';
import { DOCKERD_PROGRAMS, type Dockerd, startDockerd } from '../parts/dockerd.js';
import { blobsOf, multiImage, smallImage } from '../parts/images.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { RegistryClient } from '../parts/registry-client.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { fourPhases, type Pull, sizes } from './phases.js';

const skip = lacking({ programs: [...DOCKERD_PROGRAMS, 'docker-registry', 'openssl'], root: true });

describe('the Docker engine', { skip, timeout: 120_000 }, () => {
  const parts = new Parts();
  const single = smallImage('docker-single');
  const multi = multiImage('docker-multi');
  const dockerTypes = multiImage('docker-types', { flavour: 'docker' });
  let upstream: TestUpstream;
  let mirror: Mirror;
  let engine: Dockerd;

  before(async () => {
    upstream = parts.add(await startUpstream());
    await upstream.publish(single, 'library/single', '1');
    await upstream.publish(multi, 'library/multi', '1');
    await upstream.publish(dockerTypes, 'team/types', '1');
    const upstreams = [{ host: 'docker.io', endpoint: upstream.endpoint }];
    mirror = parts.add(await startMirror({ upstreams, push: 'loopback' }));
    engine = parts.add(await startDockerd({ registryMirrors: [mirror.url] }));
  });
  after(() => parts.close());

  function pull(name: string, expected: string, ...args: string[]): Pull {
    return {
      what: ['docker pull', ...args, name].join(' '),
      pull: () => engine.pull(name, ...args),
      expected,
    };
  }

  describe('as a mirror of Docker Hub, and by its own name', () => {
    fourPhases(() => ({
      mirror,
      upstreams: [upstream],
      forget: () => engine.forgetImages(),
      pulls: [
        pull('single:1', single.manifest.digest),
        pull('multi:1', multi.manifest.digest),
        pull('multi:1', multi.manifest.digest, '--platform', 'linux/arm64'),
        pull('team/types:1', dockerTypes.manifest.digest),
        pull(`team/types@${dockerTypes.manifest.digest}`, dockerTypes.manifest.digest),
        pull(`${mirror.address}/single:1`, single.manifest.digest),
        pull(`${mirror.address}/library/multi:1`, multi.manifest.digest),
        pull(`${mirror.address}/docker.io/team/types:1`, dockerTypes.manifest.digest),
      ],
      blobs: sizes([
        ...blobsOf(single),
        ...blobsOf(multi),
        ...dockerTypes.images.slice(0, 1).flatMap((image) => blobsOf(image)),
      ]),
    }));
  });

  it('pushes into the mirror, and pulls the same image out again', async () => {
    await upstream.start();
    const name = `${mirror.address}/pushed/app:1`;
    await engine.pull('single:1');
    const id = await imageId('single:1');
    await engine.docker('tag', 'single:1', name);
    const pushed = await engine.push(name);
    const held = await new RegistryClient(mirror).manifest('pushed/app', '1');
    assert.equal(held.header('docker-content-digest'), pushed);
    await engine.forgetImages();
    assert.equal(await engine.pull(name), pushed);
    assert.equal(await imageId(name), id);
  });

  it('pushes layers that the mirror has never seen, with the upstream stopped', async () => {
    await upstream.stop();
    const name = `${mirror.address}/pushed/new:1`;
    await engine.forgetImages();
    await engine.pull('single:1');
    const container = (await engine.docker('create', 'single:1')).stdout.trim();
    await engine.docker('cp', import.meta.filename, `${container}:/new-file`);
    await engine.docker('commit', container, name);
    await engine.docker('rm', container);
    const id = await imageId(name);
    const pushed = await engine.push(name);
    await engine.forgetImages();
    assert.equal(await engine.pull(name), pushed);
    assert.equal(await imageId(name), id);
  });

  async function imageId(name: string): Promise<string> {
    return (await engine.docker('image', 'inspect', '--format', '{{.Id}}', name)).stdout.trim();
  }
});
