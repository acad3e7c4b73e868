import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Parts } from '../parts/cleanup.js';
import { CONTAINERD_PROGRAMS, type Containerd, startContainerd } from '../parts/containerd.js';
import { DOCKERD_PROGRAMS, type Dockerd, startDockerd } from '../parts/dockerd.js';
import { fillStore } from '../parts/fill-store.js';
import { buildArtifact, buildImage, multiImage, smallImage } from '../parts/images.js';
import { busyboxLayer, randomLayer } from '../parts/layers.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { type MirrorFolder, mirrorFolder } from '../parts/mirror-folder.js';
import { lacking } from '../parts/needs.js';
import { type Podman, startPodman } from '../parts/podman.js';
import { publish } from '../parts/publish.js';
import { RegistryClient } from '../parts/registry-client.js';
import { startSkopeo } from '../parts/skopeo.js';
import { assertServes } from './pulling.js';

const engines = [...DOCKERD_PROGRAMS, ...CONTAINERD_PROGRAMS, 'podman', 'crun', 'skopeo'];
const skip = lacking({ programs: engines, root: true });

const SECOND = 'second.example';
/** Nothing listens there. */
const UPSTREAMS = ['docker.io', SECOND].map((host) => ({ host, endpoint: 'http://127.0.0.1:9' }));

describe('a mirror carried to one that has nothing and reaches nobody, while both run', {
  skip,
  timeout: 180_000,
}, () => {
  const parts = new Parts();
  const multi = multiImage('bundle-multi');
  const second = smallImage('bundle-second', { flavour: 'docker' });
  const own = smallImage('bundle-own');
  const newer = buildImage({ layers: [busyboxLayer(), randomLayer('bundle-newer', 50_000)], label: 'newer' });
  const sbom = buildArtifact({
    subject: own,
    artifactType: 'application/spdx+json',
    content: Buffer.from('{}'),
  });
  const cosign = buildImage({ layers: [randomLayer('bundle-cosign', 500)] });
  const cosignTag = `${own.manifest.digest.replace(':', '-')}.sig`;
  let there: MirrorFolder;
  let here: MirrorFolder;
  let from: Mirror;
  let mirror: Mirror;
  let docker: Dockerd;
  let podman: Podman;
  let containerd: Containerd;

  before(async () => {
    there = parts.add(await mirrorFolder(UPSTREAMS));
    here = parts.add(await mirrorFolder(UPSTREAMS));
    await fillStore(there.store, multi, { tag: '1', upstream: 'docker.io', repository: 'library/multi' });
    await fillStore(there.store, second, { tag: '1', upstream: SECOND, repository: `${SECOND}/team/app` });
    from = parts.add(await startMirror({ upstreams: UPSTREAMS, rootDirectory: there.layout.registry }));
    mirror = parts.add(await startMirror({ upstreams: UPSTREAMS, rootDirectory: here.layout.registry }));
    for (const [image, tag] of [
      [own, '1'],
      [cosign, cosignTag],
    ] as const) {
      await publish(image, { url: from.url, repository: 'team/own', tag });
    }
    await publish(sbom, { url: from.url, repository: 'team/own' });
    docker = parts.add(await startDockerd({ registryMirrors: [mirror.url] }));
    const mirrors = Object.fromEntries(
      UPSTREAMS.map(({ host }) => [host, `${mirror.address}/${host}`] as const),
    );
    podman = parts.add(await startPodman({ mirrors }));
    containerd = parts.add(await startContainerd());
    for (const { host } of UPSTREAMS) await containerd.setMirror(host, mirror.url);
  });
  after(() => parts.close());

  const bundle = (name: string) => `${there.root}/${name}`;

  it('serves what the other one does as soon as the bundle is applied', async () => {
    await writeFile(bundle('key.pub'), (await there.command(['bundle', 'key'])).stdout);
    await here.command(['bundle', 'trust', bundle('key.pub')]);
    await there.command(['bundle', 'create', '--output', bundle('first.tar')]);
    await here.command(['bundle', 'apply', bundle('first.tar')]);
    await assertServes(mirror, 'library/multi', '1', multi);
    await assertServes(mirror, `${SECOND}/team/app`, '1', second);
    await assertServes(mirror, 'team/own', '1', own);
    await assertServes(mirror, 'team/own', cosignTag, cosign);
    await assertServes(mirror, 'team/own', sbom.manifest.digest, sbom);
    const referrers = await new RegistryClient(mirror).send(`/v2/team/own/referrers/${own.manifest.digest}`);
    assert.ok(referrers.text().includes(sbom.manifest.digest), referrers.text());
  });

  it('gives them to engines under their own names, with equal digests', async () => {
    assert.equal(await docker.pull('multi:1'), multi.manifest.digest);
    assert.equal(await docker.pull(`${mirror.address}/team/own:1`), own.manifest.digest);
    assert.equal(await podman.pull('docker.io/library/multi:1'), multi.images[0]?.config.digest.slice(7));
    assert.equal(await podman.pull(`${SECOND}/team/app:1`), second.config.digest.slice(7));
    for (const name of ['docker.io/library/multi:1', `${SECOND}/team/app:1`]) await containerd.pull(name);
    assert.equal(await containerd.digestOf('docker.io/library/multi:1'), multi.manifest.digest);
    assert.equal(await containerd.digestOf(`${SECOND}/team/app:1`), second.manifest.digest);
  });

  it('is brought up to date by a small one, also under a tag that was just pulled', async () => {
    await publish(newer, { url: from.url, repository: 'team/own', tag: '1' });
    const since = ['--since', bundle('first.list.json'), '--output', bundle('second.tar')];
    await there.command(['bundle', 'create', ...since]);
    const { size } = await stat(bundle('second.tar'));
    assert.ok(size < 50_000 + 20_000, `${size} bytes for one layer of 50 kB`);
    await here.command(['bundle', 'apply', bundle('second.tar')]);
    await assertServes(mirror, 'team/own', '1', newer);
    await docker.forgetImages();
    assert.equal(await docker.pull(`${mirror.address}/team/own:1`), newer.manifest.digest);
    await mirror.restart();
    await assertServes(mirror, 'library/multi', '1', multi);
  });

  it('can be read by skopeo and containerd as an image layout', async () => {
    const skopeo = parts.add(await startSkopeo());
    const name = 'docker.io/library/multi:1';
    await skopeo.skopeo(
      'copy',
      '--all',
      `oci-archive:${bundle('first.tar')}:${name}`,
      `dir:${there.root}/dir`,
    );
    await containerd.forgetImages();
    await containerd.ctr('image', 'import', bundle('first.tar'));
    assert.equal(await containerd.digestOf(name), multi.manifest.digest);
    // And by the command for single archives.
    const third = parts.add(await mirrorFolder(UPSTREAMS));
    await third.command(['import', bundle('first.tar')]);
    assert.equal(await third.store.repositories.readTag('team/own', '1'), own.manifest.digest);
  });
});
