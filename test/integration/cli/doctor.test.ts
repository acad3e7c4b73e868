import assert from 'node:assert/strict';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { lookAtEngines } from '#src/cli/doctor/look-at-engines.js';
import { doctorCommand } from '#src/cli/doctor.js';
import { dockerMirrors } from '#src/host/docker-mirrors.js';
import type { Finding } from '#src/upkeep/doctor/finding.js';
import { asPart, Parts } from '../../parts/cleanup.js';
import { DOCKERD_PROGRAMS, startDockerd } from '../../parts/dockerd.js';
import { type Mirror, startMirror } from '../../parts/mirror.js';
import { lacking } from '../../parts/needs.js';
import { reservePort } from '../../parts/ports.js';
import { startScriptedRegistry } from '../../parts/scripted-registry.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';
import { silentPort } from '../scripts/detection.js';
import { Sandbox } from './sandbox.js';

describe('docker-mirror doctor', () => {
  const parts = new Parts();
  const at = {} as { sandbox: Sandbox; folder: TempFolder; hub: string; silent: number; closed: number };

  before(async () => {
    at.sandbox = await Sandbox.make();
    at.folder = parts.add(await tempFolder('dm-doctor'));
    const hub = await startScriptedRegistry();
    parts.add(asPart(() => hub.close()));
    at.hub = hub.origin;
    at.silent = parts.add(await silentPort()).port;
    at.closed = await reservePort();
  });
  after(async () => {
    await parts.close();
    await at.sandbox.remove();
  });

  /** A mirror's folder whose configuration is that of a mirror that runs or ran. */
  async function folderOf(mirror: Mirror, name: string): Promise<string> {
    const path = at.folder.file(name);
    await mkdir(`${path}/config`, { recursive: true });
    await symlink(mirror.config, `${path}/config/config.yml`);
    return path;
  }

  async function doctor(path: string, env: Record<string, string> = {}) {
    const context = at.sandbox.context();
    const began = performance.now();
    const { status, out } = await at.sandbox.run(
      doctorCommand,
      { path, json: true },
      {
        env: { PATH: '/nonexistent', XDG_STATE_HOME: at.folder.file('state'), ...env },
        engine: context.engine,
      },
    );
    const findings = JSON.parse(out) as Finding[];
    const of = (check: string) =>
      findings.find((each) => each.check === check) ?? assert.fail(`${check}: ${out}`);
    return { status, findings, of, milliseconds: performance.now() - began };
  }

  it('says what is wrong with each upstream, and does not wait long for those that say nothing', async () => {
    const mirror = parts.add(
      await startMirror({
        upstreams: [
          { host: 'docker.io', endpoint: at.hub },
          { host: 'silent.example', endpoint: `http://127.0.0.1:${at.silent}` },
          { host: 'closed.example', endpoint: `http://127.0.0.1:${at.closed}` },
          { host: 'nowhere.invalid', endpoint: 'http://nowhere.invalid' },
        ],
      }),
    );
    const { status, of, milliseconds } = await doctor(await folderOf(mirror, 'upstreams'));
    assert.equal(status, 1);
    assert.equal(of('upstream docker.io').level, 'ok');
    assert.match(of('clock').message, /the clock agrees with that of docker\.io/);
    assert.match(of('upstream silent.example').message, /cannot be reached: .*5 s/);
    assert.match(of('upstream closed.example').message, /cannot be reached: /);
    assert.match(of('upstream nowhere.invalid').message, /the name nowhere\.invalid cannot be resolved/);
    assert.ok(milliseconds < 10_000, `${milliseconds} ms`);
  });

  it('goes through the proxy of the environment, and says when that is the trouble', async () => {
    const mirror = parts.add(
      await startMirror({ upstreams: [{ host: 'docker.io', endpoint: 'http://nowhere.invalid' }] }),
    );
    const path = await folderOf(mirror, 'proxy');
    const { of } = await doctor(path, { http_proxy: `http://127.0.0.1:${at.closed}` });
    assert.match(
      of('upstream docker.io').message,
      new RegExp(`through the proxy 127\\.0\\.0\\.1:${at.closed}`),
    );
    const answer: RequestListener = (_, response) =>
      response.writeHead(401, { Date: 'Sat, 03 Jan 2015 00:00:00 GMT' }).end();
    const proxy = createServer({ keepAliveTimeout: 1 }, answer);
    proxy.on('request', () => undefined);
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = proxy.address() as { port: number };
      const through = await doctor(path, { http_proxy: `http://127.0.0.1:${port}` });
      assert.equal(through.of('upstream docker.io').level, 'ok');
      assert.equal(through.of('clock').level, 'problem');
      assert.match(through.of('clock').message, /s ahead of that of docker\.io/);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it('says who has the port, as long as it is not the mirror of that folder', async () => {
    const mirror = parts.add(await startMirror());
    const { status, of } = await doctor(await folderOf(mirror, 'port'));
    assert.equal(status, 1);
    assert.match(of('port').message, new RegExp(`port ${mirror.port} is taken by process ${mirror.pid}`));
    await mirror.stop();
    const free = await doctor(at.folder.file('port'));
    assert.deepEqual([free.status, free.of('port').level], [0, 'warning']);
    assert.equal(free.of('port').remedy, 'docker-mirror start');
  });

  it('finds a configuration that is not there, or wrong', async () => {
    const path = at.folder.file('wrong');
    const none = await doctor(path);
    assert.equal(none.status, 1);
    assert.match(none.of('configuration').message, /no mirror is set up/);
    await mkdir(`${path}/config`, { recursive: true });
    await writeFile(`${path}/config/config.yml`, 'version: 0.1\nhttp:\n  addr: nonsense\n');
    const wrong = await doctor(path);
    assert.match(wrong.of('configuration').message, /http\.addr/);
    assert.equal(wrong.of('disk').level, 'ok');
  });

  it('finds installed files that were changed or removed', async () => {
    const [unit, gone] = [at.folder.file('a.service'), at.folder.file('gone.service')];
    await writeFile(unit, 'changed');
    const file = (path: string) => ({
      kind: 'file',
      whose: 'ours',
      path,
      sums: ['sha256:0'],
      before: { kind: 'absent' },
    });
    const records = at.folder.file('state', 'docker-mirror', 'installed');
    await mkdir(records, { recursive: true });
    const write = (paths: string[]) =>
      writeFile(
        `${records}/service.json`,
        JSON.stringify({ version: 1, entries: paths.map(file), pending: [] }),
      );
    try {
      await write([unit]);
      assert.deepEqual((await doctor('/nonexistent')).of('installation').message, `changed by hand: ${unit}`);
      await write([unit, gone]);
      assert.equal((await doctor('/nonexistent')).of('installation').level, 'problem');
      await writeFile(`${records}/service.json`, 'nonsense');
      assert.match((await doctor('/nonexistent')).of('installation').message, /could not be found out/);
    } finally {
      await rm(records, { recursive: true });
    }
  });

  it('reads what the engines of the host are told', async () => {
    const folder = at.folder.file('engines');
    await mkdir(`${folder}/bin`, { recursive: true });
    await mkdir(`${folder}/containers/registries.conf.d`, { recursive: true });
    for (const name of ['podman', 'containerd']) await symlink('/bin/true', `${folder}/bin/${name}`);
    await writeFile(`${folder}/containers/registries.conf`, '# location = "localhost:5000"\n');
    await writeFile(
      `${folder}/containers/registries.conf.d/50-mirror.conf`,
      'location = "localhost:5000/ghcr.io"\n',
    );
    const places = {
      dockerSocket: `${folder}/docker.sock`,
      containerd: `${folder}/containerd`,
      containers: `${folder}/containers`,
    };
    const found = await lookAtEngines({ env: { PATH: `${folder}/bin` } }, 1_000, places);
    const by = (client: string) => found.find((engine) => engine.client === client);
    assert.equal(by('dockerd'), undefined, 'nobody answers for it');
    assert.deepEqual(by('containerd')?.configured, []);
    assert.match(by('podman')?.configured.join() ?? '', /localhost:5000\/ghcr\.io/);
    assert.doesNotMatch(by('podman')?.configured.join() ?? '', /# location/);
  });

  it('asks a real Docker daemon', { skip: lacking({ programs: DOCKERD_PROGRAMS, root: true }) }, async () => {
    const daemon = parts.add(await startDockerd({ registryMirrors: ['http://localhost:5000'] }));
    const socket = daemon.host.replace('unix://', '');
    assert.deepEqual(await dockerMirrors(socket, 5_000), ['http://localhost:5000/']);
    const [docker] = await lookAtEngines({ env: { PATH: '', DOCKER_HOST: daemon.host } }, 5_000);
    assert.deepEqual(docker, { client: 'dockerd', configured: ['http://localhost:5000/'] });
    assert.equal(await dockerMirrors(`${socket}.none`, 5_000), undefined);
  });
});
