import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { run } from '#src/host/exec.js';
import { Parts } from '../parts/cleanup.js';
import { CONTAINERD_PROGRAMS, type Containerd, startContainerd } from '../parts/containerd.js';
import { DOCKERD_PROGRAMS, type Dockerd, startDockerd } from '../parts/dockerd.js';
import { fillStore } from '../parts/fill-store.js';
import { multiImage, smallImage } from '../parts/images.js';
import { sha256 } from '../parts/layers.js';
import { MAIN, type Mirror, startMirror } from '../parts/mirror.js';
import { type MirrorFolder, mirrorFolder } from '../parts/mirror-folder.js';
import { lacking } from '../parts/needs.js';
import { type Podman, startPodman } from '../parts/podman.js';
import { RegistryClient } from '../parts/registry-client.js';
import { startSkopeo } from '../parts/skopeo.js';
import { assertServes } from './pulling.js';

const engines = [...DOCKERD_PROGRAMS, ...CONTAINERD_PROGRAMS, 'podman', 'crun', 'skopeo'];
const skip = lacking({ programs: engines, root: true });

const SECOND = 'second.example';
/** Nothing listens there. */
const UPSTREAMS = ['docker.io', SECOND].map((host) => ({ host, endpoint: 'http://127.0.0.1:9' }));

describe('archives carried to a mirror that has nothing and reaches nobody', {
  skip,
  timeout: 180_000,
}, () => {
  const parts = new Parts();
  const single = smallImage('import-single');
  const multi = multiImage('import-multi');
  const second = smallImage('import-second', { flavour: 'docker' });
  const pushed = smallImage('import-pushed');
  let there: MirrorFolder;
  let here: MirrorFolder;
  let mirror: Mirror;
  let docker: Dockerd;
  let podman: Podman;
  let containerd: Containerd;

  before(async () => {
    there = parts.add(await mirrorFolder(UPSTREAMS));
    here = parts.add(await mirrorFolder(UPSTREAMS));
    const hub = { tag: '1', upstream: 'docker.io' };
    await fillStore(there.store, single, { ...hub, repository: 'library/single' });
    await fillStore(there.store, multi, { ...hub, repository: 'library/multi' });
    await fillStore(there.store, second, { repository: `${SECOND}/team/app`, tag: '1', upstream: SECOND });
    await fillStore(there.store, pushed, { repository: 'team/own', tag: '1' });
    mirror = parts.add(await startMirror({ upstreams: UPSTREAMS, rootDirectory: here.layout.registry }));
    docker = parts.add(await startDockerd({ registryMirrors: [mirror.url] }));
    const mirrors = Object.fromEntries(
      UPSTREAMS.map(({ host }) => [host, `${mirror.address}/${host}`] as const),
    );
    podman = parts.add(await startPodman({ mirrors }));
    containerd = parts.add(await startContainerd());
    for (const { host } of UPSTREAMS) await containerd.setMirror(host, mirror.url);
  });
  after(() => parts.close());

  it('takes them in while it runs', async () => {
    const names = ['single:1', 'multi:1', `${SECOND}/team/app:1`, 'team/own:1'];
    await there.command(['archive', ...names, '--output', `${there.root}/out`]);
    const files = names.map((name) => `${there.root}/out/${name.replace(/[/:]/g, '_')}.tar.gz`);
    const { stdout } = await here.command(['import', ...files]);
    assert.match(stdout, /docker\.io\/library\/single:1 as a copy from docker\.io/);
    assert.match(stdout, /team\/own:1 as an image of your own/);
    await assertServes(mirror, 'library/single', '1', single);
    await assertServes(mirror, 'library/multi', '1', multi);
    await assertServes(mirror, `${SECOND}/team/app`, '1', second);
    await assertServes(mirror, 'team/own', '1', pushed);
  });

  it('gives them to engines under their own names', async () => {
    assert.equal(await docker.pull('single:1'), single.manifest.digest);
    assert.equal(await docker.pull('multi:1'), multi.manifest.digest);
    assert.equal(await docker.pull(`${mirror.address}/team/own:1`), pushed.manifest.digest);
    assert.equal(await podman.pull('docker.io/library/multi:1'), multi.images[0]?.config.digest.slice(7));
    assert.equal(await podman.pull(`${SECOND}/team/app:1`), second.config.digest.slice(7));
    for (const name of ['docker.io/library/single:1', 'docker.io/library/multi:1', `${SECOND}/team/app:1`]) {
      await containerd.pull(name);
    }
    assert.equal(await containerd.digestOf('docker.io/library/multi:1'), multi.manifest.digest);
    assert.equal(await containerd.digestOf(`${SECOND}/team/app:1`), second.manifest.digest);
    for (const [name, image] of [
      [`${mirror.address}/single:1`, single],
      [`${mirror.address}/docker.io/library/multi:1`, multi],
      [`${mirror.address}/${SECOND}/team/app:1`, second],
    ] as const) {
      assert.equal(await copiedBySkopeo(name), image.manifest.digest, name);
    }
  });

  it('still has them after a restart', async () => {
    await mirror.restart();
    await assertServes(mirror, 'library/multi', '1', multi);
  });

  it('takes what docker save, podman save, ctr and skopeo write, from files and from a pipe', async () => {
    const skopeo = parts.add(await startSkopeo());
    const file = (name: string) => `${here.root}/${name}`;
    await docker.docker('tag', 'single:1', 'saved/docker:1');
    await docker.docker('save', '--output', file('docker.tar'), 'saved/docker:1', 'multi:1');
    await podman.podman('save', '--output', file('podman.tar'), `${SECOND}/team/app:1`);
    await podman.podman(
      'save',
      '--format',
      'oci-archive',
      '--output',
      file('oci.tar'),
      `${SECOND}/team/app:1`,
    );
    await containerd.ctr('image', 'export', file('ctr.tar'), 'docker.io/library/single:1');
    const source = `docker-daemon:single:1`;
    const daemon = ['--src-daemon-host', docker.host];
    await skopeo.skopeo('copy', ...daemon, source, `docker-archive:${file('skopeo.tar')}:skopeo/docker:1`);
    await skopeo.skopeo('copy', ...daemon, source, `oci-archive:${file('skopeo-oci.tar')}:skopeo/oci:1`);
    await skopeo.skopeo('copy', ...daemon, source, `oci:${file('folder')}:skopeo/folder:1`);
    await here.command(['import', '--pushed', file('docker.tar'), file('ctr.tar')]);
    await here.command(['import', file('podman.tar'), '--name', 'saved.example/podman:1']);
    await here.command(['import', '--pushed', file('skopeo.tar'), file('skopeo-oci.tar'), file('folder')]);
    await here.command(['import', file('oci.tar'), '--name', 'by/name:1', '--pushed']);
    const main = process.argv[0] ?? '';
    const piped = 'gzip --stdout "$1" | "$2" "$3" import --name by/pipe:1 --pushed -';
    const script = ['-c', piped, 'sh', file('docker-one.tar'), main, MAIN];
    await docker.docker('save', '--output', file('docker-one.tar'), 'saved/docker:1');
    await run('sh', script, { env: here.env });

    const repositories = [
      'saved/docker',
      'multi',
      `${SECOND}/team/app`,
      'single',
      'skopeo/docker',
      'skopeo/oci',
    ];
    for (const repository of [...repositories, 'skopeo/folder', 'by/name', 'by/pipe']) {
      const id = await idThroughMirror(repository);
      assert.equal(id, expectedId(repository), repository);
    }
  });

  /** All of it, for every platform; gives the digest of what was copied. */
  async function copiedBySkopeo(name: string): Promise<string> {
    await using skopeo = await startSkopeo();
    const folder = skopeo.folder.file('copy');
    await skopeo.skopeo('copy', '--all', '--src-tls-verify=false', `docker://${name}`, `dir:${folder}`);
    return sha256(await readFile(`${folder}/manifest.json`));
  }

  /** Pulled and unpacked by a real engine, which checks every layer against the config. */
  async function idThroughMirror(repository: string): Promise<string> {
    await docker.forgetImages();
    const name = `${mirror.address}/${repository}:1`;
    const digest = await docker.pull(name).catch((cause: unknown) => {
      throw new Error(`${name}\n${mirror.tail()}`, { cause });
    });
    const held = await new RegistryClient(mirror).manifest(repository, '1');
    assert.equal(held.header('docker-content-digest'), digest);
    return (await docker.docker('image', 'inspect', '--format', '{{.Id}}', name)).stdout;
  }

  function expectedId(repository: string): string | undefined {
    if (repository === 'multi') return multi.images[0]?.config.digest;
    return repository.includes('team/app') || repository === 'by/name'
      ? second.config.digest
      : single.config.digest;
  }
});
