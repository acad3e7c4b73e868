import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Parts } from '../parts/cleanup.js';
import { type AnyImage, blobsOf, manifestsOf, multiImage, smallImage } from '../parts/images.js';
import { sha256 } from '../parts/layers.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { writeLayout } from '../parts/publish.js';
import { type Skopeo, startSkopeo } from '../parts/skopeo.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { fourPhases, type Pull, sizes } from './phases.js';

const skip = lacking({ programs: ['skopeo', 'docker-registry', 'openssl'] });

describe('skopeo', { skip, timeout: 120_000 }, () => {
  const parts = new Parts();
  const single = smallImage('skopeo-single', { flavour: 'docker' });
  const multi = multiImage('skopeo-multi');
  let upstream: TestUpstream;
  let mirror: Mirror;
  let skopeo: Skopeo;
  let copies = 0;

  before(async () => {
    upstream = parts.add(await startUpstream());
    await upstream.publish(single, 'library/single', '1');
    await upstream.publish(multi, 'team/multi', '1');
    const upstreams = [{ host: 'docker.io', endpoint: upstream.endpoint }];
    mirror = parts.add(await startMirror({ upstreams, push: 'loopback' }));
    skopeo = parts.add(await startSkopeo({ mirrors: { 'docker.io': `${mirror.address}/docker.io` } }));
  });
  after(() => parts.close());

  /** Copies an image with all its platforms into a new folder, and gives the digest of the manifest that came. */
  async function copyOut(name: string): Promise<string> {
    copies += 1;
    const folder = skopeo.folder.file(`copy-${copies}`);
    await skopeo.skopeo('copy', '--all', '--src-tls-verify=false', `docker://${name}`, `dir:${folder}`);
    return sha256(await readFile(`${folder}/manifest.json`));
  }

  function pull(name: string, image: AnyImage): Pull {
    return { what: `skopeo copy ${name}`, pull: () => copyOut(name), expected: image.manifest.digest };
  }

  describe('copies images out, all platforms', () => {
    fourPhases(() => ({
      mirror,
      upstreams: [upstream],
      forget: async () => {},
      pulls: [
        pull('docker.io/library/single:1', single),
        pull('docker.io/team/multi:1', multi),
        pull(`docker.io/team/multi@${multi.manifest.digest}`, multi),
        pull(`${mirror.address}/single:1`, single),
        pull(`${mirror.address}/docker.io/team/multi:1`, multi),
      ],
      blobs: sizes([...blobsOf(single), ...blobsOf(multi)]),
    }));
  });

  it('shows manifests byte for byte', async () => {
    for (const { digest, bytes } of manifestsOf(multi)) {
      const { stdout } = await skopeo.skopeo('inspect', '--raw', `docker://docker.io/team/multi@${digest}`);
      assert.equal(stdout, bytes.toString());
    }
  });

  it('lists the tags that are here while the upstream is stopped', async () => {
    const name = `docker://${mirror.address}/team/multi`;
    const { stdout } = await skopeo.skopeo('list-tags', '--tls-verify=false', name);
    assert.deepEqual((JSON.parse(stdout) as { Tags: string[] }).Tags, ['1']);
  });

  it('copies images in and out again, nothing changed', async () => {
    await upstream.start();
    await copyInAndOut(multiImage('skopeo-pushed'), 'pushed/app:multi');
    await copyInAndOut(smallImage('skopeo-pushed-single'), 'pushed/app:single');
  });

  it('copies images in and out again with the upstream stopped', async () => {
    await upstream.stop();
    await copyInAndOut(multiImage('skopeo-pushed-alone'), 'alone/app:1');
  });

  async function copyInAndOut(image: AnyImage, name: string): Promise<void> {
    const layout = skopeo.folder.file(`layout-${name.replace(/\W/g, '-')}`);
    await writeLayout(image, layout, 'it');
    const target = `${mirror.address}/${name}`;
    await skopeo.skopeo('copy', '--all', '--dest-tls-verify=false', `oci:${layout}:it`, `docker://${target}`);
    assert.equal(await copyOut(target), image.manifest.digest);
  }
});
