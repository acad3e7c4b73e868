import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Parts } from '../parts/cleanup.js';
import { CONTAINERD_PROGRAMS, type Containerd, startContainerd } from '../parts/containerd.js';
import { DOCKERD_PROGRAMS, type Dockerd, startDockerd } from '../parts/dockerd.js';
import { blobsOf, type Image, multiImage, smallImage, uniqueBlobBytes } from '../parts/images.js';
import type { LogLine } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { type Podman, startPodman } from '../parts/podman.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';
import { type Keeping, startKeeping } from './keeping.js';

const engines = [...DOCKERD_PROGRAMS, ...CONTAINERD_PROGRAMS, 'podman', 'crun'];
const skip = lacking({ programs: [...engines, 'docker-registry', 'openssl'], root: true });

/** Bytes a second: the layer below takes some seconds. */
const SLOW = 1_000_000;
const LAYER = 3_000_000;

describe('clients that pull what an update is fetching', { skip, timeout: 180_000 }, () => {
  const parts = new Parts();
  const app = smallImage('update-clients', { size: LAYER });
  const multi = multiImage('update-clients-multi');
  let hub: TestUpstream;
  let keeping: Keeping;
  let docker: Dockerd;
  let podman: Podman;
  let containerd: Containerd;

  before(async () => {
    hub = parts.add(await startUpstream());
    await hub.publish(app, 'library/app', '1');
    await hub.publish(multi, 'library/multi', '1');
    const upstreams = [{ host: 'docker.io', endpoint: hub.endpoint }];
    keeping = parts.add(await startKeeping({ upstreams }));
    const { mirror } = keeping;
    docker = parts.add(await startDockerd({ registryMirrors: [mirror.url] }));
    podman = parts.add(await startPodman({ mirrors: { 'docker.io': `${mirror.address}/docker.io` } }));
    containerd = parts.add(await startContainerd());
    await containerd.setMirror('docker.io', mirror.url);
  });
  after(() => parts.close());

  it('share its transfers: every byte comes from upstream once', async () => {
    const { mirror } = keeping;
    await keeping.list('app:1');
    const layer = ownLayer(app);
    hub.link.setFaults({ rate: SLOW });
    const update = await keeping.begin();
    await waitFor(() => hub.counter.blobBytes(layer) > 0, { what: 'the layer is under way' });
    // Nothing more of it comes until all have come to ask for it.
    hub.link.hold();
    hub.link.setFaults({});
    const pulls = [
      docker.pull('app:1'),
      podman.pull('docker.io/library/app:1'),
      containerd.pull('docker.io/library/app:1'),
    ];
    const agents = [/^docker\//, /^containers\//, /^containerd\//];
    await waitFor(
      () =>
        agents.every((agent) => mirror.requests.some((line) => isOf(line, agent) && hasManifest(line, app))),
      { what: 'every client has the manifest', timeout: 30_000, detail: () => mirror.tail() },
    );
    assert.ok(update.running, 'the update is at it');
    hub.link.release();
    const [digest, id] = await Promise.all(pulls);
    assert.equal(digest, app.manifest.digest);
    assert.equal(id, app.config.digest.slice(7));
    assert.equal(await containerd.digestOf('docker.io/library/app:1'), app.manifest.digest);
    assert.equal((await update.ended).code, 0);
    assert.equal((await keeping.last()).images[0]?.state, 'fetched');

    assert.equal(hub.counter.blobBytes() / uniqueBlobBytes(app), 1);
    for (const { digest: each, bytes } of blobsOf(app)) {
      assert.equal(hub.counter.blobBytes(each), bytes.length, each);
    }
    await waitFor(
      () =>
        agents.every((agent) =>
          mirror.requests.some((line) => line['digest'] === layer && isOf(line, agent)),
        ),
      { what: 'the log tells of the layer for each' },
    );
    const results = mirror.requests.filter(
      (line) => line['digest'] === layer && agents.some((agent) => isOf(line, agent)),
    );
    assert.deepEqual([...new Set(results.map(({ result }) => result))], ['joined']);
  });

  it('come first: the update fetches nothing that they brought', async () => {
    hub.counter.reset();
    await keeping.list('multi:1');
    await podman.pull('docker.io/library/multi:1');
    const before = hub.counter.blobBytes();
    const { exitCode } = await keeping.update();
    assert.equal(exitCode, 0);
    assert.ok(before > 0);
    assert.equal(hub.counter.blobBytes(), before);
    assert.equal((await keeping.last()).images[0]?.state, 'unchanged');
  });
});

/** The digest of the layer that no other image has. */
function ownLayer({ layers }: Image): string {
  return layers.at(-1)?.digest ?? '';
}

function isOf(line: LogLine, agent: RegExp): boolean {
  return agent.test(String(line['agent']));
}

/** Whether a client was given the manifest, by its tag or its digest. */
function hasManifest({ method, tag, digest }: LogLine, { manifest }: Image): boolean {
  return method === 'GET' && (tag === '1' || digest === manifest.digest);
}
