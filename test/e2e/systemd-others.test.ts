import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { StatusReport } from '#src/cli/status.js';
import { Parts } from '../parts/cleanup.js';
import { lacking } from '../parts/needs.js';
import { reservePort } from '../parts/ports.js';
import { type BootedSystem, bootSystem } from '../parts/systemd.js';
import { waitFor } from '../parts/wait.js';
import { Administrator, answerOf, ROOT, traces } from './systemd-scene.js';

const skip = lacking({ programs: ['systemd-nspawn', 'nsenter'], root: true });

const USER = 'dm-tester';

describe('a host with systemd', { skip, timeout: 300_000 }, () => {
  const parts = new Parts();
  let system: BootedSystem;
  let admin: Administrator;

  before(async () => {
    system = parts.add(await bootSystem());
    admin = new Administrator(system);
  });
  after(() => parts.close());

  describe('on which a mirror ran without it', () => {
    let port: number;
    let tracesBefore: string[];

    before(async () => {
      tracesBefore = traces(system);
      port = await reservePort();
      await admin.set({
        DOCKER_MIRROR_PORT: String(port),
        DOCKER_MIRROR_OFFLINE: 'y',
        DOCKER_MIRROR_PRELOAD_IMAGES: 'n',
      });
      await admin.make('docker-mirror', { DOCKER_MIRROR_SYSTEMD: 'n' });
    });

    it('takes it over, with what it has stored', async () => {
      const before = JSON.parse(await admin.command('status', '--json')) as StatusReport;
      assert.deepEqual([before.running, before.service], [true, null]);
      await system.succeed('sh', ['-c', 'echo kept >/mirror/docker/registry/marker']);
      assert.match(await admin.command('plan'), /^# stop the mirror that runs without systemd$/m);
      assert.match(await admin.make('docker-mirror'), /goes on as a service/);
      assert.equal((await admin.status()).service, 'docker-mirror.service');
      assert.equal(await answerOf(port), 200);
      const owner = await system.succeed('stat', [
        '-c',
        '%U %a',
        '/mirror/docker/registry/marker',
        '/mirror/docker/config',
      ]);
      assert.equal(owner, 'docker-mirror 644\nroot 755\n');
    });

    it('refuses a second mirror as the service, and lets one run beside it', async () => {
      const [other, folder] = [await reservePort(), '/srv/another'];
      const refused = await system.run(
        'scripts/docker-mirror',
        ['apply', '--path', folder, '--port', String(other)],
        { cwd: ROOT },
      );
      assert.equal(refused.status, 1);
      assert.match(refused.err, /the service of systemd is the mirror in \/mirror\/docker/);
      await admin.command('start', '--path', folder, '--port', String(other));
      assert.deepEqual([await answerOf(other), await answerOf(port)], [200, 200]);
      await admin.command('clean', '--path', folder, '--data', '--yes');
      assert.deepEqual([await answerOf(other), await answerOf(port)], [undefined, 200]);
    });

    it('gives the images to root when it is uninstalled, and goes on with them', async () => {
      await admin.command('uninstall');
      assert.equal(await answerOf(port), undefined);
      const listing = await system.succeed('sh', [
        '-c',
        'cd /mirror/docker && find . -printf "%u %p\\n" | sort',
      ]);
      assert.match(listing, /^root \.\/registry\/marker$/m);
      assert.deepEqual(listing.match(/^(?!root ).+$/gm), null);
      assert.doesNotMatch(listing, /config\.yml|logs|run/);
      await admin.make('docker-mirror');
      assert.equal(await answerOf(port), 200);
      await admin.command('uninstall', '--purge');
      await system.succeed('rmdir', ['/mirror']);
      assert.deepEqual(traces(system), tracesBefore);
    });
  });

  it('serves from a folder that only root can enter', async () => {
    const port = await reservePort();
    const folder = '/root/a mirror';
    await system.succeed('chmod', ['700', '/root']);
    await admin.command('apply', '--path', folder, '--port', String(port));
    assert.equal(await answerOf(port), 200);
    assert.equal(await admin.property('docker-mirror.service', 'BindPaths'), `${folder}:${folder}:rbind`);
    await admin.command('uninstall', '--path', folder, '--purge');
    assert.equal((await system.run('ls', [folder])).status, 2);
  });

  describe('for a user', () => {
    let port: number;
    let env: Readonly<Record<string, string>>;

    before(async () => {
      port = await reservePort();
      await system.succeed('useradd', ['--create-home', USER]);
      await system.succeed('loginctl', ['enable-linger', USER]);
      const uid = (await system.succeed('id', ['-u', USER])).trim();
      env = { XDG_RUNTIME_DIR: `/run/user/${uid}`, KCONFIG_CONFIG: `/home/${USER}/settings` };
      await waitFor(
        async () =>
          (await system.run('systemctl', ['--user', 'is-system-running'], { user: USER, env })).out !== '',
        { what: 'the user has a systemd of their own', timeout: 30_000, interval: 200 },
      );
    });

    const command = (...words: string[]) =>
      system.succeed('scripts/docker-mirror', words, { cwd: ROOT, user: USER, env, timeout: 60_000 });

    it('is a service of that user', async () => {
      await command(
        'config',
        'set',
        `DOCKER_MIRROR_PORT=${port}`,
        'DOCKER_MIRROR_OFFLINE=y',
        'DOCKER_MIRROR_PRELOAD_IMAGES=n',
      );
      const plan = await command('plan');
      assert.doesNotMatch(plan, /^# .* \/(?:etc|usr)\//m);
      assert.match(await command('apply'), /The mirror has started/);
      assert.equal(await answerOf(port), 200);
      const status = JSON.parse(await command('status', '--json')) as StatusReport;
      assert.deepEqual([status.running, status.service], [true, 'docker-mirror.service']);
      assert.equal(status.path, `/home/${USER}/.local/share/docker-mirror`);
      assert.equal(await command('plan'), 'Nothing is to be done.\n');
    });

    it('is gone after `uninstall --purge`', async () => {
      await command('uninstall', '--purge');
      assert.equal(await answerOf(port), undefined);
      const left = await system.succeed('find', [
        `/home/${USER}`,
        '-type',
        'f',
        '-newer',
        `/home/${USER}/settings`,
      ]);
      assert.equal(left, '');
      const status = await system.run('scripts/docker-mirror', ['status'], { cwd: ROOT, user: USER, env });
      assert.equal(status.status, 3);
    });
  });
});
