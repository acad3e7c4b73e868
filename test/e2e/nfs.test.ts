import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { layoutOf } from '#src/render/layout.js';
import { Parts } from '../parts/cleanup.js';
import { exportByNfs, GANESHA_PROGRAMS, type NfsExport } from '../parts/ganesha.js';
import { answers } from '../parts/http.js';
import { multiImage, smallImage } from '../parts/images.js';
import { MAIN, type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { reservePort } from '../parts/ports.js';
import { startDaemon } from '../parts/process.js';
import { publish } from '../parts/publish.js';
import { type TempFolder, tempFolder } from '../parts/temp.js';
import { startUpstream } from '../parts/upstream.js';
import { blocksOf } from './documentation.js';
import { assertServes } from './pulling.js';

const skip = lacking({
  programs: [...GANESHA_PROGRAMS, 'docker-registry', 'openssl', 'unshare'],
  root: true,
});
const PAGE = fileURLToPath(new URL('../../../docs/nfs.md', import.meta.url));

/**
 * A client without NFS in its kernel, as here, cannot mount: it reads the tree through the server with libnfs, and what the documentation
 * says about a mount is done with that, read-only.
 */
describe('a mirror shared by NFS', { skip, timeout: 240_000 }, () => {
  const parts = new Parts();
  const [hub, pushed] = [multiImage('nfs-hub'), smallImage('nfs-pushed')];
  let folder: TempFolder;
  let mirror: Mirror;
  let shared: NfsExport;

  before(async () => {
    folder = parts.add(await tempFolder('dm-nfs'));
    const { registry, root } = layoutOf(folder.file('mirror'));
    const upstream = parts.add(await startUpstream());
    await upstream.publish(hub, 'library/hub', '1');
    const upstreams = [{ host: 'docker.io', endpoint: upstream.endpoint }];
    mirror = parts.add(await startMirror({ rootDirectory: registry, upstreams, push: 'loopback' }));
    await assertServes(mirror, 'library/hub', '1', hub);
    await publish(pushed, { url: mirror.url, repository: 'team/pushed', tag: '1' });
    shared = parts.add(await exportByNfs(root));
    await shared.copyTo(folder.file('mount'));
  });
  after(() => parts.close());

  it('is read by a client as it is, byte by byte, and cannot be written', async () => {
    const [there, here] = [folder.file('mount'), folder.file('mirror')];
    const names = (await readdir(here, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(here.length + 1));
    assert.ok(names.length > 10, names.join(' '));
    for (const name of names) {
      assert.ok((await readFile(join(there, name))).equals(await readFile(join(here, name))), name);
    }
    const { exitCode } = await shared.write('/intruder', PAGE);
    assert.notEqual(exitCode, 0);
    assert.ok(!(await readdir(here)).includes('intruder'));
  });

  for (const [name, program, ...args] of [
    ['docker-mirror', process.execPath, MAIN, 'serve'],
    ['a stock registry', 'docker-registry', 'serve'],
  ] as const) {
    it(`is served from a read-only mount by ${name}, as the documentation says`, async () => {
      const port = await reservePort();
      const config = folder.file(`${port}.yml`);
      const [recipe] = blocksOf('docs/nfs.md', await readFile(PAGE, 'utf8')).filter(
        ({ language }) => language === 'yaml',
      );
      assert.ok(recipe, 'the recipe is there');
      assert.match(recipe.text, /rootdirectory: \/mnt\/mirror\/registry/);
      await writeFile(config, recipe.text.replace('localhost:5000', `localhost:${port}`));
      const url = `http://127.0.0.1:${port}`;
      // The mount of the documentation, in a namespace of its own.
      const script =
        'mount -t tmpfs none /mnt && mkdir /mnt/mirror && mount --bind "$1" /mnt/mirror && mount -o remount,ro,bind /mnt/mirror && shift && exec "$@"';
      const words = ['--mount', 'sh', '-c', script, 'sh', folder.file('mount'), program, ...args, config];
      await using served = await startDaemon({
        name,
        program: 'unshare',
        args: words,
        env: { PATH: process.env['PATH'] ?? '', OTEL_TRACES_EXPORTER: 'none', HOME: folder.path },
        ready: () => answers(`${url}/v2/`),
      });
      await assertServes({ url }, 'library/hub', '1', hub);
      await assertServes({ url }, 'team/pushed', '1', pushed);
      assert.ok(served.running);
    });
  }
});
