import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { lacking } from '../../parts/needs.js';
import { reservePort } from '../../parts/ports.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';
import { type Answered, check, ROOT } from './detection.js';

/** CONTRACT §1.3: scripts in kdevops' words, whose work the command line does. */
describe('the scripts in the words of kdevops', { skip: lacking({ programs: ['dash'] }) }, () => {
  const at = {} as { folder: TempFolder };
  before(async () => {
    at.folder = await tempFolder('dm-front');
  });
  after(() => at.folder.close());

  function run(name: string, ...words: string[]): Promise<Answered> {
    const env = {
      HOME: at.folder.path,
      KCONFIG_CONFIG: at.folder.file('.config'),
      DOCKER_MIRROR_SYSTEMD: 'n',
    };
    return check(words, { script: join(ROOT, 'scripts', name), env });
  }

  it('docker-mirror-setup.sh sets a mirror up in that folder, on that port, and starts it', async () => {
    const [folder, port] = [at.folder.file('mirror'), String(await reservePort())];
    try {
      const done = await run('docker-mirror-setup.sh', folder, port, 'my-registry');
      assert.equal(done.status, 0, done.err);
      assert.match(done.err, /"my-registry" is not used/);
      const status = await run('docker-mirror-status', '--path', folder, '--json');
      assert.equal(status.status, 0, status.err);
      assert.equal(JSON.parse(status.out).url, `http://localhost:${port}`);
    } finally {
      assert.equal((await run('docker-mirror', 'stop', '--path', folder)).status, 0);
    }
    assert.equal((await run('docker-mirror-status', '--path', folder)).status, 3);
  });

  it('and refuses what it does not know', async () => {
    for (const words of [['--no-option'], ['a', '1', 'b', 'c']]) {
      const told = await run('docker-mirror-setup.sh', ...words);
      assert.equal(told.status, 2);
      assert.match(told.err, /usage: docker-mirror-setup\.sh/);
    }
  });

  it('mirror-docker-images.sh says what this version does not do, wherever it is asked for', async () => {
    const list = at.folder.file('list.txt');
    await writeFile(list, 'busybox\n');
    for (const words of [['--archive'], ['--archive', list]]) {
      const told = await run('mirror-docker-images.sh', ...words);
      assert.deepEqual([told.status, told.out], [2, '']);
      assert.match(told.err, /this version cannot/);
    }
  });

  it('mirror-docker-images.sh --scan puts what the current folder names on the list before it fetches', async () => {
    const project = at.folder.file('project');
    const mirror = at.folder.file('scanned');
    await mkdir(project);
    await writeFile(join(project, 'Dockerfile'), 'FROM registry.invalid/found:1\n');
    const told = await check(['--scan'], {
      script: join(ROOT, 'scripts', 'mirror-docker-images.sh'),
      env: { HOME: at.folder.path, DOCKER_MIRROR_PATH: mirror },
      cwd: project,
    });
    // Those of the settings follow.
    assert.match(
      await readFile(join(mirror, 'images', 'manifest.txt'), 'utf8'),
      /^registry\.invalid\/found:1\n(?:# >>> |$)/,
    );
    assert.match(told.err, /1 added to/);
    // Nothing runs there that could fetch it.
    assert.notEqual(told.status, 0);
  });

  it('and refuses a list that is not there; one without images is nothing to do', async () => {
    assert.equal((await run('mirror-docker-images.sh', at.folder.file('none'))).status, 2);
    const list = at.folder.file('empty.txt');
    await writeFile(list, '# nothing\n\n   \r\n');
    const told = await run('mirror-docker-images.sh', list);
    assert.equal(told.status, 0);
    assert.match(told.out, /no images/);
  });
});
