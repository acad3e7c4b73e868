import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { parse } from 'yaml';
import { restartCommand } from '#src/cli/restart.js';
import { startCommand } from '#src/cli/start.js';
import { statusCommand } from '#src/cli/status.js';
import { stopCommand } from '#src/cli/stop.js';
import { reservePort } from '../../parts/ports.js';
import { argumentsOf, TextOutput } from '../../unit/cli/support.js';
import { answers, Sandbox } from './sandbox.js';

let mirror: Sandbox;
beforeEach(async () => {
  mirror = await Sandbox.make();
});
afterEach(() => mirror.remove());

async function config() {
  return parse(await readFile(mirror.layout.config, 'utf8'));
}

async function processId(): Promise<number | undefined> {
  return (await mirror.state())?.supervisor.pid;
}

describe('start and the settings', () => {
  it('makes a .config of the defaults where there is none, and says so', async () => {
    const { status, out } = await mirror.run(startCommand);
    assert.equal(status, 0);
    assert.match(
      out,
      /settings {7}\S+\.config \(just made, with the defaults; "make menuconfig" changes it\)/,
    );
    assert.match(out, /to come in a later version: limits of size and age, /);
    const text = await readFile(mirror.settingsFile, 'utf8');
    assert.match(text, /^CONFIG_DOCKER_MIRROR_PORT=5000$/m);
    assert.match((await mirror.run(startCommand)).out, /settings {7}\S+\.config\n/);
    assert.equal(await readFile(mirror.settingsFile, 'utf8'), text);
  });

  it('renders config.yml from them', async () => {
    await mirror.set({
      DOCKER_MIRROR_PORT: String(mirror.port),
      DOCKER_MIRROR_LOG_DEBUG: 'y',
      DOCKER_MIRROR_OFFLINE: 'y',
      DOCKER_MIRROR_UPSTREAMS: '"quay.io"',
    });
    const { status, err } = await mirror.run(startCommand);
    assert.deepEqual({ status, err }, { status: 0, err: '' });
    const { log, http, mirror: section } = await config();
    assert.deepEqual(
      [log.level, http.addr, section.offline, section.upstreams],
      ['debug', `localhost:${mirror.port}`, true, [{ host: 'quay.io' }]],
    );
  });

  it('renders it again when they changed, and restarts a mirror that runs', async () => {
    await mirror.run(startCommand);
    const before = await processId();
    await mirror.set({ DOCKER_MIRROR_LOG_DEBUG: 'y' });
    const { status, out, err } = await mirror.run(startCommand);
    assert.deepEqual({ status, err }, { status: 0, err: '' });
    assert.match(
      out,
      /^The settings changed: \S+config\.yml was rendered anew and the mirror is started again\.\n/,
    );
    assert.equal((await config()).log.level, 'debug');
    assert.notEqual(await processId(), before);
    assert.ok(await answers(mirror.url));
    const again = await processId();
    assert.match((await mirror.run(startCommand)).out, /^The mirror is already running/);
    assert.equal(await processId(), again);
  });

  it('writes the images that they name into the list, and leaves the mirror running for that', async () => {
    await mirror.run(startCommand);
    const before = await processId();
    await appendFile(mirror.layout.manifest, 'mine:1 pin # ours\n');
    await mirror.set({ DOCKER_MIRROR_PRELOAD_CUSTOM: 'y', DOCKER_MIRROR_CUSTOM_IMAGES: '"my/tool:2"' });
    const list = () => readFile(mirror.layout.manifest, 'utf8');
    const old = await list();
    assert.match(old, /^# Images to keep[\s\S]*^redis:7-alpine$[\s\S]*^mine:1 pin # ours\n$/m);
    const plan = await mirror.run(startCommand, { 'dry-run': true });
    assert.match(plan.out, /^1\. bring what the settings name up to date in \S+manifest\.txt\n$/);
    assert.equal(await list(), old);
    const { status, err } = await mirror.run(startCommand);
    assert.deepEqual({ status, err }, { status: 0, err: '' });
    const now = await list();
    assert.match(now, /^redis:7-alpine$[\s\S]*^my\/tool:2$[\s\S]*^mine:1 pin # ours\n$/m);
    assert.equal(now.split('\n').length, old.split('\n').length + 1);
    await mirror.set({ DOCKER_MIRROR_PRELOAD_IMAGES: 'n' });
    await mirror.run(startCommand);
    assert.match(await list(), /^# Images to keep(?:.*\n)+mine:1 pin # ours\n$/);
    assert.equal(await processId(), before);
  });

  it('starts with a list that cannot be read, and says so', async () => {
    await mirror.run(startCommand);
    await mirror.run(stopCommand);
    await rm(mirror.layout.manifest);
    await mkdir(mirror.layout.manifest);
    const { status, err } = await mirror.run(startCommand);
    assert.equal(status, 0);
    assert.match(err, /^warning: cannot read \S+manifest\.txt: EISDIR/);
  });

  it('restarts it once when five starts see the change', async () => {
    await mirror.run(startCommand);
    await mirror.set({ DOCKER_MIRROR_LOG_DEBUG: 'y' });
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => mirror.run(startCommand)));
    for (const { status, err } of outcomes) assert.deepEqual({ status, err }, { status: 0, err: '' });
    assert.equal((await mirror.state())?.restarts, 0);
    assert.ok(await answers(mirror.url));
  });

  it('says what is wrong with them, all of it, and leaves a mirror that runs alone', async () => {
    await mirror.run(startCommand);
    const before = [await processId(), await readFile(mirror.layout.config, 'utf8')];
    await mirror.set({ DOCKER_MIRROR_UPSTREAMS: '"nowhere"', DOCKER_MIRROR_URL: '"x"' });
    const { status, err } = await mirror.run(startCommand);
    assert.equal(status, 78);
    assert.match(
      err,
      /^docker-mirror: \S+\.config: DOCKER_MIRROR_URL: expected an http.*; found "x"\ndocker-mirror: \S+: DOCKER_MIRROR_UPSTREAMS: .*found "nowhere"\nhint: change it with "docker-mirror config set DOCKER_MIRROR_URL=VALUE"/,
    );
    await mirror.set({ DOCKER_MIRROR_TLS_FILES: 'y', DOCKER_MIRROR_TLS_KEY: '"/nonexistent/key"' });
    for (const command of [startCommand, restartCommand]) {
      const missing = await mirror.run(command);
      assert.equal(missing.status, 78);
      assert.match(missing.err, /\.config: DOCKER_MIRROR_TLS_KEY: \/nonexistent\/key is not there\n/);
    }
    assert.equal((await mirror.run(startCommand, { 'dry-run': true })).status, 78);
    assert.deepEqual([await processId(), await readFile(mirror.layout.config, 'utf8')], before);
  });

  it('names lines that have no effect, and what this version does not do', async () => {
    await mirror.set({ DOCKER_MIRROR_MAX_SIZE: '7', DOCKER_MIRROR_WARP_SPEED: 'y' });
    const { status, err } = await mirror.run(startCommand);
    assert.equal(status, 0);
    assert.match(err, /^warning: \S+\.config:2: .*DOCKER_MIRROR_WARP_SPEED.*\n/);
    assert.match(
      err,
      /warning: DOCKER_MIRROR_MAX_SIZE: no effect in this version yet \(limits of size and age\)\n/,
    );
  });

  it('does not serve in the clear when an authority was asked for', async () => {
    await mirror.set({ DOCKER_MIRROR_TLS_LOCAL_CA: 'y' });
    const { status, err } = await mirror.run(startCommand);
    assert.equal(status, 1);
    assert.match(err, /DOCKER_MIRROR_TLS_LOCAL_CA: .*\nhint: .*DOCKER_MIRROR_TLS_FILES=y/);
    await assert.rejects(stat(mirror.layout.root), { code: 'ENOENT' });
  });

  it('sets nothing up where no mirror is wanted', async () => {
    await mirror.set({});
    await writeFile(mirror.settingsFile, '# CONFIG_INSTALL_DOCKER_MIRROR is not set\n');
    const { status, err } = await mirror.run(startCommand);
    assert.equal(status, 1);
    assert.match(err, /no mirror is set up on this host\nhint: .*INSTALL_DOCKER_MIRROR=y/);
  });

  it('keeps going with the defaults where no .config can be written', async () => {
    const context = { env: { ...process.env, KCONFIG_CONFIG: '/sys/.config' } };
    const { status, out } = await mirror.run(startCommand, {}, context);
    assert.equal(status, 0, out);
    assert.match(out, /settings {7}the defaults, as \/sys\/\.config is not there and cannot be written/);
  });
});

describe('start and the environment', () => {
  it('names a REGISTRY_ variable that has no effect, and refuses an open port', async () => {
    const env = { ...mirror.context().env, REGISTRY_LOG_HOOKS: '[]' };
    const named = await mirror.run(startCommand, {}, { env });
    assert.equal(named.status, 0);
    assert.match(named.err, /^warning: REGISTRY_LOG_HOOKS: log\.hooks: /);
    const open = { ...mirror.context().env, REGISTRY_HTTP_ADDR: 'localhost:0' };
    const refused = await mirror.run(restartCommand, {}, { env: open });
    assert.equal(refused.status, 1);
    assert.match(refused.err, /leaves the port open/);
    assert.ok(await answers(mirror.url));
  });
});

describe('a config.yml that was changed by hand', () => {
  it('is kept, with a word about what it overrules, until --force', async () => {
    await mirror.run(startCommand);
    const text = (await readFile(mirror.layout.config, 'utf8')).replace('"loopback"', '"none"');
    await writeFile(mirror.layout.config, text);
    await mirror.set({ DOCKER_MIRROR_LOG_DEBUG: 'y' });
    const kept = await mirror.run(restartCommand);
    assert.equal(kept.status, 0);
    assert.match(
      kept.err,
      /is kept; it overrules DOCKER_MIRROR_PUSH_\*, DOCKER_MIRROR_LOG_\*\nhint: .*--force/,
    );
    assert.equal(await readFile(mirror.layout.config, 'utf8'), text);
    const forced = await mirror.run(startCommand, { force: true });
    assert.deepEqual([forced.status, forced.err], [0, '']);
    assert.match(forced.out, /rendered anew and the mirror is started again/);
    assert.equal(await readFile(mirror.layout.oldConfig, 'utf8'), text);
    assert.deepEqual([(await config()).mirror.push, (await config()).log.level], ['loopback', 'debug']);
  });

  it('is one without a record, unless it is just as it would be rendered', async () => {
    await mirror.run(startCommand);
    await mirror.run(stopCommand);
    await rm(mirror.layout.made);
    assert.equal((await mirror.run(startCommand)).err, '');
    await mirror.set({ DOCKER_MIRROR_LOG_DEBUG: 'y' });
    assert.match((await mirror.run(startCommand)).out, /rendered anew/, 'it was noted as equal');
    await rm(mirror.layout.made);
    await mirror.set({ DOCKER_MIRROR_LOG_ERROR: 'y' });
    assert.match((await mirror.run(startCommand)).err, /is kept; it overrules DOCKER_MIRROR_LOG_\*/);
  });

  it('is refused with its line when it is wrong, and the mirror that runs goes on', async () => {
    await mirror.run(startCommand);
    const before = await processId();
    await appendFile(mirror.layout.config, 'log: {level: loud}\n');
    const { status, err } = await mirror.run(restartCommand);
    assert.equal(status, 78);
    assert.match(err, /config\.yml:\d+:\d+: /);
    assert.equal(await processId(), before);
  });
});

describe('the port', () => {
  /** As a person types it, who gave the port once. */
  const withoutPort = async () => {
    const [stdout, stderr] = [new TextOutput(), new TextOutput()];
    const args = argumentsOf({ path: mirror.layout.root });
    const status = await startCommand.run(args, { ...mirror.context(), stdout, stderr });
    return { status, out: stdout.text, err: stderr.text };
  };

  it('that was asked for stays until the setting changes', async () => {
    await mirror.run(startCommand);
    const before = await processId();
    const same = await withoutPort();
    assert.match(same.out, /already running/);
    assert.match(
      same.err,
      new RegExp(`^note: the port is ${mirror.port}, as was asked for at an earlier start`),
    );
    assert.equal(await processId(), before);
    const other = await reservePort();
    await mirror.set({ DOCKER_MIRROR_PORT: String(other) });
    const changed = await withoutPort();
    assert.deepEqual([changed.status, changed.err], [0, '']);
    assert.ok(await answers(`http://127.0.0.1:${other}`));
    assert.equal(await answers(mirror.url), false);
  });

  it('of a version without settings stays too', async () => {
    await mirror.run(startCommand);
    await mirror.run(stopCommand);
    const record = JSON.parse(await readFile(mirror.layout.made, 'utf8'));
    const { version, port, ...old } = record;
    assert.deepEqual([version, port], [2, { port: mirror.port, over: 5000 }]);
    await writeFile(mirror.layout.made, JSON.stringify(old));
    assert.equal((await withoutPort()).status, 0);
    assert.ok(await answers(mirror.url));
  });

  describe('that somebody else has', () => {
    let other: Server | undefined;
    afterEach(async () => {
      await new Promise((resolve) => (other === undefined ? resolve(undefined) : other.close(resolve)));
    });

    it('does not stop a mirror that runs', async () => {
      await mirror.run(startCommand);
      const before = await processId();
      const taken = await reservePort();
      const server = createServer();
      other = server;
      await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
      const { status, err } = await mirror.run(startCommand, { port: taken });
      assert.equal(status, 1);
      assert.match(err, new RegExp(`port ${taken} is taken by process`));
      assert.equal(await processId(), before);
      assert.ok(await answers(mirror.url));
    });
  });
});

describe('the folder', () => {
  it('is that of .config for every command', async () => {
    const root = `${dirname(mirror.settingsFile)}/somewhere else`;
    await mkdir(root);
    await mirror.set({ DOCKER_MIRROR_PATH: `"${root}"` });
    const { DOCKER_MIRROR_PATH: _, ...env } = mirror.context().env;
    const stdout = new TextOutput();
    await statusCommand.run(argumentsOf({ json: true }), { ...mirror.context(), env, stdout });
    assert.equal(JSON.parse(stdout.text).path, root);
  });
});
