import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { run } from '#src/host/exec.js';
import { Parts } from '../parts/cleanup.js';
import { CONTAINERD_PROGRAMS, type Containerd, startContainerd } from '../parts/containerd.js';
import { DOCKERD_PROGRAMS, type Dockerd, startDockerd } from '../parts/dockerd.js';
import { fillStore } from '../parts/fill-store.js';
import { type AnyImage, type Image, multiImage, smallImage } from '../parts/images.js';
import { sha256 } from '../parts/layers.js';
import { type MirrorFolder, mirrorFolder } from '../parts/mirror-folder.js';
import { lacking } from '../parts/needs.js';
import { type Podman, startPodman } from '../parts/podman.js';
import { type Skopeo, startSkopeo } from '../parts/skopeo.js';

const engines = [...DOCKERD_PROGRAMS, ...CONTAINERD_PROGRAMS, 'podman', 'crun', 'skopeo'];
const skip = lacking({ programs: engines, root: true });

const SECOND = 'second.example';

/** An image in the mirror, and what engines are to make of its archive. */
interface Case {
  readonly what: string;
  readonly name: string;
  readonly file: string;
  readonly whole: string;
  readonly image: AnyImage;
  /** Of this machine's platform. */
  readonly own: Image;
}

describe('archives, loaded by engines', { skip, timeout: 180_000 }, () => {
  const parts = new Parts();
  const single = smallImage('archive-single');
  const types = smallImage('archive-types', { flavour: 'docker' });
  const multi = multiImage('archive-multi');
  const partial = multiImage('archive-partial');
  let mirror: MirrorFolder;
  let docker: Dockerd;
  let podman: Podman;
  let containerd: Containerd;
  let skopeo: Skopeo;

  const cases: readonly Case[] = [
    one('an image for one platform', 'single:1', single),
    one("an image with Docker's media types", `${SECOND}/team/types:1`, types),
    one('an index', 'multi:1', multi, multi.images[0]),
    one('an index of which one image is here', 'partial:1', partial, partial.images[0]),
  ];

  before(async () => {
    mirror = parts.add(
      await mirrorFolder([
        { host: 'docker.io', endpoint: 'http://127.0.0.1:9' },
        { host: SECOND, endpoint: 'http://127.0.0.1:9' },
      ]),
    );
    const { store } = mirror;
    const hub = { tag: '1', upstream: 'docker.io' };
    await fillStore(store, single, { ...hub, repository: 'library/single' });
    await fillStore(store, types, { repository: `${SECOND}/team/types`, tag: '1', upstream: SECOND });
    await fillStore(store, multi, { ...hub, repository: 'library/multi' });
    await fillStore(store, partial, { ...hub, repository: 'library/partial' }, partial.images.slice(0, 1));
    const names = cases.map(({ name }) => name);
    for (const kind of ['gzip', 'zstd', 'none']) {
      await mirror.command(['archive', ...names, '--compression', kind, '--output', folderOf(kind)]);
    }
    docker = parts.add(await startDockerd());
    podman = parts.add(await startPodman());
    containerd = parts.add(await startContainerd());
    skopeo = parts.add(await startSkopeo());
  });
  after(() => parts.close());

  function folderOf(kind: string): string {
    return `${mirror.root}/out-${kind}`;
  }

  for (const each of cases) {
    describe(each.what, () => {
      it('docker load', async () => {
        await docker.docker('load', '--input', `${folderOf('gzip')}/${each.file}.tar.gz`);
        const { stdout } = await docker.docker('image', 'inspect', '--format', '{{.Id}}', each.name);
        assert.equal(stdout, each.own.config.digest);
        await docker.forgetImages();
      });

      for (const [kind, extension] of [
        ['gzip', '.tar.gz'],
        ['zstd', '.tar.zst'],
        ['none', '.tar'],
      ] as const) {
        it(`podman load, ${kind}`, async () => {
          await podman.podman('load', '--input', `${folderOf(kind)}/${each.file}${extension}`);
          const { stdout } = await podman.podman(
            'image',
            'inspect',
            '--format',
            '{{.Id}} {{.Digest}}',
            each.whole,
          );
          const digest = each.own.manifest.digest;
          const expected = [each.image.manifest.digest, digest].map((name) => `${idOf(each.own)} ${name}`);
          assert.ok(expected.includes(stdout), stdout);
          await podman.forgetImages();
        });
      }

      it('ctr image import, unpacked first where it is compressed: containerd 1.6 does not', async () => {
        const packed = `${folderOf('gzip')}/${each.file}.tar.gz`;
        const unpacked = `${mirror.root}/${each.file}-unpacked.tar`;
        await run('sh', ['-c', 'gunzip --stdout "$1" >"$2"', 'sh', packed, unpacked]);
        for (const file of [unpacked, `${folderOf('none')}/${each.file}.tar`]) {
          await containerd.ctr('image', 'import', file);
          assert.equal(await containerd.digestOf(each.whole), each.image.manifest.digest);
          await containerd.forgetImages();
        }
      });

      it('skopeo, as an OCI archive, compressed or not, and as one of Docker', async () => {
        const sources = [
          `oci-archive:${folderOf('gzip')}/${each.file}.tar.gz`,
          `oci-archive:${folderOf('zstd')}/${each.file}.tar.zst`,
          `oci-archive:${folderOf('none')}/${each.file}.tar`,
          // skopeo 1.9 reads those of Docker only uncompressed, whoever wrote them.
          `docker-archive:${folderOf('none')}/${each.file}.tar`,
        ];
        for (const [number, source] of sources.entries()) {
          const target = `${mirror.root}/skopeo-${each.file}-${number}`;
          await skopeo.skopeo('copy', source, `dir:${target}`);
          const manifest = await readFile(`${target}/manifest.json`, 'utf8');
          assert.ok(manifest.includes(each.own.config.digest), manifest);
          if (source.startsWith('oci')) assert.equal(sha256(Buffer.from(manifest)), each.own.manifest.digest);
        }
      });
    });
  }
});

function one(what: string, name: string, image: AnyImage, own?: Image): Case {
  const whole = name.includes('/') ? name : `docker.io/library/${name}`;
  const file = name.replace(/[/:]/g, '_');
  return { what, name, file, whole, image, own: own ?? (image as Image) };
}

/** podman's id of an image is the digest of its config. */
function idOf(image: Image): string {
  return image.config.digest.slice('sha256:'.length);
}
