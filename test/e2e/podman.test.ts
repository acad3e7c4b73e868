import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Parts } from '../parts/cleanup.js';
import { blobsOf, type Image, multiImage, smallImage } from '../parts/images.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { type Podman, startPodman } from '../parts/podman.js';
import { RegistryClient } from '../parts/registry-client.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { fourPhases, type Pull, sizes } from './phases.js';

const skip = lacking({ programs: ['podman', 'crun', 'docker-registry', 'openssl'], root: true });

const SECOND = 'second.example';

describe('podman, which names the upstream in the path', { skip, timeout: 120_000 }, () => {
  const parts = new Parts();
  const single = smallImage('podman-single');
  const multi = multiImage('podman-multi');
  const second = smallImage('podman-second', { flavour: 'docker' });
  let hub: TestUpstream;
  let other: TestUpstream;
  let mirror: Mirror;
  let podman: Podman;

  before(async () => {
    hub = parts.add(await startUpstream());
    other = parts.add(await startUpstream());
    await hub.publish(single, 'library/single', '1');
    await hub.publish(multi, 'library/multi', '1');
    await other.publish(second, 'team/app', '1');
    const upstreams = [
      { host: 'docker.io', endpoint: hub.endpoint },
      { host: SECOND, endpoint: other.endpoint },
    ];
    mirror = parts.add(await startMirror({ upstreams, push: 'loopback' }));
    const mirrors = Object.fromEntries(
      upstreams.map(({ host }) => [host, `${mirror.address}/${host}`] as const),
    );
    podman = parts.add(await startPodman({ mirrors }));
  });
  after(() => parts.close());

  /** podman's id of an image is the digest of its config. */
  function pull(name: string, image: Image | undefined, ...args: string[]): Pull {
    return {
      what: ['podman pull', ...args, name].join(' '),
      pull: () => podman.pull(name, ...args),
      expected: image?.config.digest.slice('sha256:'.length) ?? '',
    };
  }

  describe('from Docker Hub and a second upstream', () => {
    fourPhases(() => ({
      mirror,
      upstreams: [hub, other],
      forget: () => podman.forgetImages(),
      pulls: [
        pull('docker.io/library/single:1', single),
        pull('single:1', single),
        pull('docker.io/library/multi:1', multi.images[0]),
        pull('docker.io/library/multi:1', multi.images[1], '--arch', 'arm64'),
        pull(`${SECOND}/team/app:1`, second),
        pull(`${mirror.address}/library/single:1`, single, '--tls-verify=false'),
        pull(`${mirror.address}/${SECOND}/team/app:1`, second, '--tls-verify=false'),
      ],
      blobs: sizes([...blobsOf(single), ...blobsOf(multi), ...blobsOf(second)]),
    }));
  });

  it('pushes into the mirror, and pulls the same image out again', async () => {
    await hub.start();
    const name = `${mirror.address}/pushed/app:1`;
    const id = await podman.pull('docker.io/library/single:1');
    await podman.podman('tag', id, name);
    const pushed = await podman.push(name);
    const held = await new RegistryClient(mirror).manifest('pushed/app', '1');
    assert.equal(held.header('docker-content-digest'), pushed);
    await podman.forgetImages();
    assert.equal(await podman.pull(name, '--tls-verify=false'), id);
    const inspected = await podman.podman('image', 'inspect', '--format', '{{.Digest}}', name);
    assert.equal(inspected.stdout, pushed);
  });
});
