import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Parts } from '../parts/cleanup.js';
import { smallImage } from '../parts/images.js';
import { lacking } from '../parts/needs.js';
import { reservePort } from '../parts/ports.js';
import { type Skopeo, startSkopeo } from '../parts/skopeo.js';
import { type BootedSystem, bootSystem } from '../parts/systemd.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';
import { Administrator, answerOf, traces } from './systemd-scene.js';

const skip = lacking({
  programs: ['systemd-nspawn', 'nsenter', 'skopeo', 'docker-registry', 'openssl'],
  root: true,
});

const PULLS = 200;
const AT_ONCE = 8;

describe('a host with systemd', { skip, timeout: 400_000 }, () => {
  const parts = new Parts();
  const image = smallImage('systemd', { size: 400_000 });
  let upstream: TestUpstream;
  let system: BootedSystem;
  let admin: Administrator;
  let skopeo: Skopeo;
  let port: number;
  let tracesBefore: string[];

  before(async () => {
    upstream = parts.add(await startUpstream());
    for (const name of ['app', 'other']) await upstream.publish(image, `library/${name}`, '1');
    skopeo = parts.add(await startSkopeo());
    system = parts.add(await bootSystem());
    admin = new Administrator(system);
    port = await reservePort();
    tracesBefore = traces(system);
  });
  after(() => parts.close());

  /** Pulls with a real client into a folder of its own. */
  async function pull(name: string, folder: string): Promise<void> {
    const to = skopeo.folder.file(folder);
    await mkdir(to, { recursive: true });
    await skopeo.skopeo('copy', '--src-tls-verify=false', `docker://127.0.0.1:${port}/${name}`, `dir:${to}`);
  }

  it('has a running service after `make docker-mirror`', async () => {
    await admin.set({
      DOCKER_MIRROR_PORT: String(port),
      DOCKER_MIRROR_DEFAULT_UPSTREAM: upstream.endpoint,
      DOCKER_MIRROR_UPSTREAMS: '',
      DOCKER_MIRROR_PRELOAD_IMAGES: 'n',
      // More starts in a row than usual follow.
      DOCKER_MIRROR_AUTO_RESTART_ATTEMPTS: '50',
    });
    const said = await admin.make('docker-mirror');
    assert.match(said, new RegExp(`The mirror has started: http://localhost:${port}\n`));
    assert.equal(await admin.property('docker-mirror.socket', 'ActiveState'), 'active');
    assert.equal(await admin.property('docker-mirror.service', 'User'), 'docker-mirror');
    await pull('library/app:1', 'first');
  });

  it('has a timer for the next two o’clock', async () => {
    const status = await system.succeed('systemctl', ['status', '--no-pager', 'docker-mirror-update.timer']);
    assert.match(status, /Active: active \(waiting\)/);
    const next = await admin.property('docker-mirror-update.timer', 'NextElapseUSecRealtime');
    const expected = (await system.succeed('systemd-analyze', ['calendar', '*-*-* 02:00:00'])).match(
      /Next elapse: (.*)/,
    );
    assert.equal(next, expected?.[1]);
  });

  it('updates its images as that timer would, in a sandbox, and by one update at a time', async () => {
    // The first one began in the background when the mirror was set up.
    await waitFor(
      async () => (await admin.property('docker-mirror-update.service', 'ActiveState')) === 'inactive',
      { what: 'the first update is over', timeout: 30_000, interval: 100 },
    );
    await system.succeed('sh', ['-c', 'echo other:1 >>/mirror/docker/images/manifest.txt']);
    await system.succeed('systemctl', ['start', 'docker-mirror-update.service']);
    const { last } = (await admin.status()).update;
    assert.deepEqual([last?.result, last?.images, last?.failed], ['done', 1, 0]);
    assert.equal(await admin.property('docker-mirror-update.service', 'Result'), 'success');
    const held = await system.succeed('check-docker-mirror', ['IMAGE_EXISTS', 'library/other:1'], {
      env: { DOCKER_REGISTRY_PORT: String(port) },
    });
    assert.equal(held, 'true\n');
    // Started by systemd and by hand at once: whoever comes second says so, and does no harm.
    const [, byHand] = await Promise.all([
      system.succeed('systemctl', ['start', 'docker-mirror-update.service']),
      system.succeed('docker-mirror', ['update'], { cwd: '/' }),
    ]);
    assert.match(byHand, /1 image|is running/);
  });

  it('is told by status what runs', async () => {
    const status = await admin.status();
    assert.deepEqual(
      [status.running, status.answers, status.service, status.problem, status.pid],
      [true, true, 'docker-mirror.service', null, await admin.pid()],
    );
    assert.match(await system.succeed('docker-mirror', ['logs']), /"msg":"listening"/);
  });

  it('does nothing when it is applied again', async () => {
    const pid = await admin.pid();
    assert.equal(await admin.command('plan'), 'Nothing is to be done.\n');
    assert.match(await admin.make('docker-mirror'), /^The mirror is already running/);
    // The installed command has the same settings.
    assert.equal(await system.succeed('docker-mirror', ['plan'], { cwd: '/' }), 'Nothing is to be done.\n');
    assert.equal(await admin.pid(), pid);
  });

  it(`loses none of ${PULLS} pulls when it is restarted meanwhile`, async () => {
    let begun = 0;
    let done = 0;
    const failures: unknown[] = [];
    async function client(number: number): Promise<void> {
      while (begun < PULLS) {
        begun += 1;
        await pull(`${begun % 2 === 0 ? 'library/app' : 'library/other'}:1`, `client-${number}`).catch(
          (error: unknown) => failures.push(error),
        );
        done += 1;
      }
    }
    const pid = await admin.pid();
    const clients = Promise.all(Array.from({ length: AT_ONCE }, (_, number) => client(number)));
    let restarts = 0;
    while (done < PULLS - AT_ONCE) {
      await system.succeed('systemctl', ['restart', 'docker-mirror']);
      restarts += 1;
      // As many pulls again, until the next one.
      const until = Math.min(done + 60, PULLS - AT_ONCE);
      while (done < until) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await clients;
    assert.deepEqual(failures, []);
    assert.ok(restarts >= 2, `${restarts} restarts`);
    assert.notEqual(await admin.pid(), pid);
  });

  it('is back after kill -9', async () => {
    const pid = await admin.pid();
    await system.succeed('kill', ['-9', String(pid)]);
    await admin.another(pid);
    await pull('library/app:1', 'after-kill');
    assert.equal((await admin.status()).restarts, 1);
  });

  it('is started again when it hangs', async () => {
    const dropIn = '/run/systemd/system/docker-mirror.service.d';
    await system.succeed('mkdir', ['-p', dropIn]);
    await system.succeed('sh', ['-c', `printf '[Service]\\nWatchdogSec=3\\n' >${dropIn}/watchdog.conf`]);
    await system.succeed('systemctl', ['daemon-reload']);
    await system.succeed('systemctl', ['restart', 'docker-mirror']);
    const pid = await admin.pid();
    // Fed, it lives on for more than the time it is given.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    assert.equal(await admin.pid(), pid);
    await system.succeed('kill', ['-STOP', String(pid)]);
    await admin.another(pid);
    const journal = await system.succeed('journalctl', ['-u', 'docker-mirror', '-o', 'cat', '--no-pager']);
    assert.match(journal, /Watchdog timeout/);
    await pull('library/app:1', 'after-hang');
    await system.succeed('rm', ['-r', dropIn]);
    await system.succeed('systemctl', ['daemon-reload']);
  });

  it('moves to another port', async () => {
    const old = port;
    port = await reservePort();
    await admin.set({ DOCKER_MIRROR_PORT: String(port) });
    const plan = await admin.command('plan');
    assert.match(plan, new RegExp(`^-ListenStream=127\\.0\\.0\\.1:${old}$`, 'm'));
    assert.match(plan, new RegExp(`^\\+ListenStream=127\\.0\\.0\\.1:${port}$`, 'm'));
    assert.equal(await answerOf(old), 200);
    await admin.make('docker-mirror');
    assert.deepEqual([await answerOf(old), await answerOf(port)], [undefined, 200]);
  });

  it('asks for passwords of a file that only root can read', async () => {
    await system.succeed('sh', ['-c', 'umask 077; htpasswd -Bbc /etc/docker-mirror/htpasswd me secret']);
    await admin.set({ DOCKER_MIRROR_AUTHENTICATION: 'y' });
    await admin.make('docker-mirror');
    assert.equal(await answerOf(port), 401);
    await skopeo.skopeo(
      'inspect',
      '--tls-verify=false',
      '--creds=me:secret',
      `docker://127.0.0.1:${port}/library/app:1`,
    );
    await admin.set({ DOCKER_MIRROR_AUTHENTICATION: 'n' });
    await admin.make('docker-mirror');
    assert.equal(await answerOf(port), 200);
    await system.succeed('rm', ['/etc/docker-mirror/htpasswd']);
  });

  it('stops when the last guest has given its lease back, and starts for the next one', async () => {
    await admin.set({ DOCKER_MIRROR_STOP_WHEN_UNUSED: 'y', DOCKER_MIRROR_STOP_GRACE: '0' });
    await admin.make('docker-mirror');
    const pid = await admin.pid();
    await system.succeed('docker-mirror', ['lease', 'add', 'vm-1'], { cwd: '/' });
    assert.equal(await admin.pid(), pid);
    await system.succeed('docker-mirror', ['lease', 'release', 'vm-1'], { cwd: '/' });
    await waitFor(async () => (await admin.property('docker-mirror.service', 'ActiveState')) === 'inactive', {
      what: 'the mirror has stopped',
      timeout: 30_000,
      interval: 100,
    });
    assert.equal(await admin.property('docker-mirror.socket', 'ActiveState'), 'active');
    await system.succeed('docker-mirror', ['lease', 'add', 'vm-2'], { cwd: '/' });
    await pull('library/app:1', 'leased');
    await system.succeed('docker-mirror', ['lease', 'release', 'vm-2'], { cwd: '/' });
    await admin.set({ DOCKER_MIRROR_STOP_WHEN_UNUSED: 'n' });
    await admin.make('docker-mirror');
  });

  it('refuses what cannot work, and leaves what runs alone', async () => {
    const pid = await admin.pid();
    await admin.set({ DOCKER_MIRROR_UPDATE_CALENDAR: 'nonsense' });
    await assert.rejects(
      admin.make('docker-mirror'),
      /DOCKER_MIRROR_UPDATE_CALENDAR: systemd does not take "nonsense"/,
    );
    await admin.command('config', 'unset', 'DOCKER_MIRROR_UPDATE_CALENDAR');
    assert.equal(await admin.pid(), pid);
  });

  it('keeps a unit that was changed by hand, and says so', async () => {
    const unit = '/etc/systemd/system/docker-mirror-update.timer';
    await system.succeed('sh', ['-c', `echo '# mine' >>${unit}`]);
    await admin.set({ DOCKER_MIRROR_UPDATE_RANDOM_DELAY: '60' });
    await assert.rejects(admin.make('docker-mirror'), /docker-mirror-update\.timer was changed by hand/);
    assert.match(await system.succeed('cat', [unit]), /# mine/);
    await admin.command('apply', '--force');
    assert.doesNotMatch(await system.succeed('cat', [unit]), /# mine/);
  });

  it('stops, timer included, and starts again', async () => {
    const units = ['docker-mirror.socket', 'docker-mirror.service', 'docker-mirror-update.timer'];
    await admin.make('docker-mirror-stop');
    const states = () => Promise.all(units.map((unit) => admin.property(unit, 'ActiveState')));
    assert.deepEqual(await states(), ['inactive', 'inactive', 'inactive']);
    assert.equal(await answerOf(port), undefined);
    await admin.make('docker-mirror');
    assert.deepEqual(await states(), ['active', 'active', 'active']);
  });

  it('comes back with the host, and with its images while the upstream is away', async () => {
    await upstream.stop();
    await system.reboot();
    await pull('library/app:1', 'after-boot');
    assert.equal((await admin.status()).service, 'docker-mirror.service');
    await upstream.start();
  });

  it('is gone without a trace after `uninstall --purge`', async () => {
    await admin.command('uninstall', '--purge');
    assert.equal(await answerOf(port), undefined);
    assert.deepEqual(traces(system), tracesBefore);
  });
});
