import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { type RunResult, run } from '#src/host/exec.js';
import { withEmptyLists } from '#src/render/clients/daemon-json.js';
import { Parts } from '../parts/cleanup.js';
import { DOCKERD_PROGRAMS, type Dockerd, startDockerd } from '../parts/dockerd.js';
import { smallImage } from '../parts/images.js';
import { MAIN, type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { type TempFolder, tempFolder } from '../parts/temp.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';

const skip = lacking({ programs: [...DOCKERD_PROGRAMS, 'docker-registry', 'openssl'], root: true });

/** Ten settings as nobody formats them. */
const ODD =
  '{"log-driver":"json-file" ,\r\n\t"log-opts" : {"max-size":"10m",\r\n"max-file":"3" }\r\n,   "debug":false,\r\n' +
  '  "log-level" :"warn", "shutdown-timeout":7,"dns":["127.0.0.1" ,"::1"],\r\n "max-concurrent-downloads":2,\r\n' +
  '\t"default-shm-size":"32M","registry-mirrors":[ ],\r\n\r\n\r\n\t"labels":[ "a=b" ] }\r\n\r\n';

describe('docker-mirror client dockerd', { skip, timeout: 240_000 }, () => {
  const parts = new Parts();
  const [first, second] = [smallImage('client-docker-1'), smallImage('client-docker-2')];
  let upstream: TestUpstream;
  let mirror: Mirror;
  let engine: Dockerd;
  let state: TempFolder;

  before(async () => {
    state = parts.add(await tempFolder('dm-state'));
    upstream = parts.add(await startUpstream());
    await upstream.publish(first, 'library/first', '1');
    await upstream.publish(second, 'library/second', '1');
    mirror = parts.add(
      await startMirror({
        upstreams: [{ host: 'docker.io', endpoint: upstream.endpoint }],
        push: 'loopback',
      }),
    );
    engine = parts.add(await startDockerd({ daemonJson: ODD }));
  });
  after(() => parts.close());

  function client(...args: string[]): Promise<RunResult> {
    const words = [MAIN, 'client', 'dockerd', '--host', engine.host, '--url', mirror.url, ...args];
    const env = { XDG_STATE_HOME: state.path, DOCKER_HOST: '', HOME: state.path };
    return run(process.execPath, words, { env, accept: [1], timeout: 60_000 });
  }

  async function mirrorsInForce(): Promise<string> {
    const format = '{{json .RegistryConfig.Mirrors}}';
    return (await engine.docker('info', '--format', format)).stdout.trim();
  }

  async function text(): Promise<string> {
    return await readFile(engine.configFile, 'utf8');
  }

  it('shows the change and makes none', async () => {
    const { exitCode, stdout } = await client();
    assert.equal(exitCode, 0);
    assert.match(stdout, new RegExp(`^\\+.*"registry-mirrors":\\[ "${mirror.url}" \\]`, 'm'));
    assert.match(stdout, /give --apply/);
    assert.equal(await text(), ODD);
  });

  it('has a running engine pull through the mirror, and its containers go on running', async () => {
    await engine.pull(`${mirror.address}/first:1`);
    const image = `${mirror.address}/first:1`;
    const container = (
      await engine.docker('run', '--detach', '--network', 'none', image, '/bin/busybox', 'sleep', '600')
    ).stdout.trim();
    const pid = () => engine.docker('inspect', '--format', '{{.State.Running}} {{.State.Pid}}', container);
    const running = (await pid()).stdout;
    assert.match(running, /^true [1-9]/);

    const applied = await client('--apply');
    assert.equal(applied.exitCode, 0, applied.stderr);
    assert.match(applied.stdout, /pulls through/);
    assert.equal(await mirrorsInForce(), `["${mirror.url}/"]`);
    assert.deepEqual(JSON.parse(await text()), {
      ...(JSON.parse(ODD) as object),
      'registry-mirrors': [mirror.url],
    });

    const seen = mirror.requests.length;
    assert.equal(await engine.pull('second:1'), second.manifest.digest);
    await waitFor(
      () => mirror.requests.slice(seen).some((request) => request['repository'] === 'library/second'),
      { what: 'the mirror has logged that it was asked for library/second', detail: () => mirror.tail() },
    );

    const again = await client('--apply', '--json');
    assert.deepEqual((JSON.parse(again.stdout) as { steps: unknown }).steps, []);

    const removed = await client('--remove');
    assert.equal(removed.exitCode, 0, removed.stderr);
    assert.equal(await text(), ODD);
    assert.equal(await mirrorsInForce(), '[]');
    assert.equal((await pid()).stdout, running);
    await engine.docker('rm', '--force', container);
  });

  it('finishes a removal that the power cut short, and forgets an address that was not named before', async () => {
    const plain = '{\n  "debug": false\n}';
    await writeFile(engine.configFile, plain);
    const url = 'http://10.9.8.7:5000';
    assert.equal((await client('--apply', '--url', url)).exitCode, 0);
    assert.match(
      (await engine.docker('info', '--format', '{{json .RegistryConfig}}')).stdout,
      /10\.9\.8\.7:5000"/,
    );
    const between = withEmptyLists(await text(), plain, {});
    assert.ok(between !== undefined && between !== plain);
    await writeFile(engine.configFile, between);
    const removed = await client('--remove');
    assert.equal(removed.exitCode, 0, removed.stderr);
    assert.equal(await text(), plain);
    assert.doesNotMatch(
      (await engine.docker('info', '--format', '{{json .RegistryConfig}}')).stdout,
      /10\.9\.8\.7/,
    );
  });

  it('keeps what was changed in the file meanwhile', async () => {
    await writeFile(engine.configFile, '{"debug":false}');
    assert.equal((await client('--apply')).exitCode, 0);
    await writeFile(
      engine.configFile,
      (await text()).replace('"debug":false', '"debug":false, "labels":["x=y"]'),
    );
    assert.equal((await client('--remove')).exitCode, 0);
    assert.equal(await text(), '{"debug":false, "labels":["x=y"]}');
    assert.equal(await mirrorsInForce(), '[]');
  });

  it('follows the mirror to another address', async () => {
    await writeFile(engine.configFile, '{}\n');
    assert.equal((await client('--apply', '--url', 'http://10.9.8.7:5000')).exitCode, 0);
    assert.equal((await client('--apply')).exitCode, 0);
    assert.equal(await text(), `{"registry-mirrors": ["${mirror.url}"]}\n`);
    assert.equal(await mirrorsInForce(), `["${mirror.url}/"]`);
    assert.equal((await client('--remove')).exitCode, 0);
    assert.equal(await text(), '{}\n');
  });

  it('takes out what it does not know of, and says when there is nothing', async () => {
    await writeFile(
      engine.configFile,
      `{"debug":false,"registry-mirrors":["${mirror.url}", "https://other"]}`,
    );
    assert.equal((await client('--remove')).exitCode, 0);
    assert.equal(await text(), '{"debug":false,"registry-mirrors":["https://other"]}');
    const nothing = await client('--remove');
    assert.match(nothing.stdout, /nothing is to be done/);
  });

  it('leaves a file alone that Docker could not read, and says where it is wrong', async () => {
    const broken = '{\n  "debug": false, // no\n}\n';
    await writeFile(engine.configFile, broken);
    for (const flag of ['--apply', '--remove', '--dry-run']) {
      const { exitCode, stderr } = await client(flag);
      assert.equal(exitCode, 1);
      assert.match(
        stderr,
        /daemon\.json:2:19: a comment stands here, which JSON does not have; nothing was changed/,
      );
    }
    await writeFile(engine.configFile, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
    assert.match((await client('--apply')).stderr, /is not UTF-8/);
  });

  it('writes the file of an engine that does not run', async () => {
    const file = state.file('new', 'daemon.json');
    const host = `unix://${state.file('none.sock')}`;
    const applied = await client('--apply', '--host', host, '--file', file);
    assert.equal(applied.exitCode, 0, applied.stderr);
    assert.match(applied.stdout, /reads .* when it starts/);
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), { 'registry-mirrors': [mirror.url] });
    assert.equal((await client('--remove', '--host', host, '--file', file)).exitCode, 0);
    await assert.rejects(readFile(file), { code: 'ENOENT' });
  });
});
