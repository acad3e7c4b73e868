import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { restartCommand } from '#src/cli/restart.js';
import { startCommand } from '#src/cli/start.js';
import { stopCommand } from '#src/cli/stop.js';
import { isRunning } from '#src/host/process-identity.js';
import { endProcess, untilGone } from '#src/host/supervisor/end-process.js';
import { answers, eventually, Sandbox } from './sandbox.js';

let mirror: Sandbox;
beforeEach(async () => {
  mirror = await Sandbox.make();
});
afterEach(() => mirror.remove());

describe('start', () => {
  it('sets everything up, starts it in the background, and says where it is', async () => {
    const { status, out, err } = await mirror.run(startCommand);
    assert.equal(err, '');
    assert.equal(status, 0);
    assert.ok(await answers(mirror.url));
    assert.match(out, new RegExp(`The mirror has started: http://localhost:${mirror.port}\n`));
    for (const text of [
      mirror.layout.log,
      mirror.layout.config,
      mirror.layout.registry,
      'docker pull localhost:',
    ]) {
      assert.ok(out.includes(text), text);
    }
    assert.equal((await stat(mirror.layout.config)).mode & 0o777, 0o644);
    for (const folder of [mirror.layout.registry, mirror.layout.archives, mirror.layout.logs]) {
      assert.equal((await stat(folder)).mode & 0o777, 0o755, folder);
    }
  });

  it('changes nothing the second time', async () => {
    await mirror.run(startCommand);
    const before = await mirror.state();
    const { status, out } = await mirror.run(startCommand);
    assert.equal(status, 0);
    assert.match(out, /already running/);
    assert.deepEqual(await mirror.state(), before);
  });

  it('starts one mirror when five are asked for at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => mirror.run(startCommand)));
    for (const { status, err } of outcomes) assert.deepEqual({ status, err }, { status: 0, err: '' });
    assert.equal(outcomes.filter(({ out }) => out.includes('has started')).length, 1);
    assert.equal(outcomes.filter(({ out }) => out.includes('already running')).length, 4);
    assert.equal((await mirror.state())?.restarts, 0);
  });

  it('only says what it would do with --dry-run', async () => {
    const { status, out } = await mirror.run(startCommand, { 'dry-run': true });
    assert.equal(status, 0);
    assert.match(out, /^1\. make the folder .*\n(.*\n)+\d+\. start the mirror/);
    await assert.rejects(stat(mirror.layout.root), { code: 'ENOENT' });
    await assert.rejects(stat(mirror.settingsFile), { code: 'ENOENT' });
    await mirror.run(startCommand);
    assert.match((await mirror.run(startCommand, { 'dry-run': true })).out, /Nothing is to be done/);
  });

  it('keeps a config.yml that was changed by hand, and says so when another port was asked for', async () => {
    await mirror.run(startCommand);
    await mirror.run(stopCommand);
    const text = `${await readFile(mirror.layout.config, 'utf8')}# mine\n`;
    await writeFile(mirror.layout.config, text);
    const { status, err } = await mirror.run(startCommand, { port: 1 });
    assert.equal(status, 0);
    assert.match(
      err,
      /^warning: .*config\.yml was changed by hand and is kept; it overrules DOCKER_MIRROR_PORT\nhint: .*--force/,
    );
    assert.equal(await readFile(mirror.layout.config, 'utf8'), text);
  });

  it('shows the end of the log when the mirror dies, and leaves nothing behind', async () => {
    mirror.mode = 'dies';
    const { status, out, err } = await mirror.run(startCommand);
    assert.equal(status, 1);
    assert.equal(out, '');
    assert.match(err, /does not answer: it ended by itself\. It was stopped again/);
    assert.match(err, /dying of old age/);
    const state = await mirror.state();
    assert.ok(state !== undefined && !(await isRunning(state.supervisor)));
    mirror.mode = 'well';
    assert.equal((await mirror.run(startCommand)).status, 0);
  });

  it('does not start a mirror again whose configuration is wrong', async () => {
    mirror.mode = 'bad-config';
    const { status, err } = await mirror.run(startCommand);
    assert.equal(status, 1);
    assert.match(err, /the configuration is wrong/);
    const state = await mirror.state();
    assert.deepEqual([state?.phase, state?.restarts, state?.lastExit?.code], ['failed', 0, 78]);
  });

  it('leaves the mirror starting after Ctrl-C, and says so', async () => {
    mirror.mode = 'silent';
    const interrupt = new AbortController();
    const started = mirror.run(startCommand, {}, { interrupted: interrupt.signal });
    const state = await mirror.stateWhen(({ program }) => program !== null);
    interrupt.abort();
    const { status, err } = await started;
    assert.equal(status, 130);
    assert.match(err, /interrupted; the mirror .* goes on starting in the background\nhint: /);
    assert.ok(await isRunning(state.supervisor));
  });
});

describe('start, when the port is taken', () => {
  let other: Server | undefined;
  afterEach(async () => {
    await new Promise((resolve) => (other === undefined ? resolve(undefined) : other.close(resolve)));
    other = undefined;
  });

  it('names the program that has it', async () => {
    const server = createServer();
    other = server;
    await new Promise<void>((resolve) => server.listen(mirror.port, '127.0.0.1', resolve));
    const { status, err } = await mirror.run(startCommand);
    assert.equal(status, 1);
    assert.match(err, new RegExp(`port ${mirror.port} is taken by process ${process.pid}: .*node`));
    assert.match(err, /hint: stop that program, or choose another port/);
    assert.equal(await mirror.state(), undefined);
  });
});

describe('start, after a kill -9', () => {
  it('of both, begins anew', async () => {
    await mirror.run(startCommand);
    const { supervisor, program } = await mirror.stateWhen((state) => state.program !== null);
    process.kill(supervisor.pid, 'SIGKILL');
    if (program !== null) {
      process.kill(program.pid, 'SIGKILL');
      await untilGone(program, 5_000);
    }
    await untilGone(supervisor, 5_000);
    const { status, out, err } = await mirror.run(startCommand);
    assert.deepEqual({ status, err }, { status: 0, err: '' });
    assert.match(out, /has started/);
    assert.ok(await answers(mirror.url));
  });

  it('of the supervisor, finds the program gone, as its pipe has ended', async () => {
    await mirror.run(startCommand);
    const { supervisor, program } = await mirror.stateWhen((state) => state.program !== null);
    process.kill(supervisor.pid, 'SIGKILL');
    assert.ok(program !== null && (await untilGone(program, 10_000)));
    assert.equal((await mirror.run(startCommand)).status, 0);
  });

  it('of the supervisor, ends a program that did not notice', async () => {
    mirror.mode = 'orphan';
    await mirror.run(startCommand);
    const { supervisor, program } = await mirror.stateWhen((state) => state.program !== null);
    process.kill(supervisor.pid, 'SIGKILL');
    await untilGone(supervisor, 5_000);
    mirror.mode = 'well';
    const { status, err } = await mirror.run(startCommand);
    assert.deepEqual({ status, err }, { status: 0, err: '' });
    assert.ok(program !== null && !(await isRunning(program)));
    assert.match(await readFile(mirror.layout.log, 'utf8'), /ending a program whose supervisor was killed/);
  });

  it('of the program, has it started again', async () => {
    await mirror.run(startCommand);
    const before = await mirror.stateWhen((state) => state.program !== null);
    if (before.program !== null) process.kill(before.program.pid, 'SIGKILL');
    const after = await mirror.stateWhen((state) => state.restarts === 1 && state.program !== null);
    assert.equal(after.lastExit?.signal, 'SIGKILL');
    assert.notEqual(after.program?.pid, before.program?.pid);
    await eventually(async () => ((await answers(mirror.url)) ? true : undefined));
  });
});

describe('stop and restart', () => {
  it('stop, and start after it, work again and again', async () => {
    for (let round = 0; round < 2; round += 1) {
      assert.equal((await mirror.run(startCommand)).status, 0);
      const { status, out } = await mirror.run(stopCommand);
      assert.equal(status, 0);
      assert.match(out, /has stopped/);
      assert.equal(await answers(mirror.url), false);
    }
    const again = await mirror.run(stopCommand);
    assert.equal(again.status, 0);
    assert.match(again.out, /was not running/);
  });

  it('stop kills what does not end in time', async () => {
    mirror.mode = 'stubborn';
    await mirror.run(startCommand);
    const { program } = await mirror.stateWhen((state) => state.program !== null);
    const { status, out } = await mirror.run(stopCommand, { timeout: 0.3 });
    assert.equal(status, 0);
    assert.match(out, /was killed/);
    assert.ok(program !== null && !(await isRunning(program)));
    assert.match(await readFile(mirror.layout.log, 'utf8'), /not now/);
  });

  it('stop ends a program whose supervisor was killed', async () => {
    mirror.mode = 'orphan';
    await mirror.run(startCommand);
    const { supervisor, program } = await mirror.stateWhen((state) => state.program !== null);
    process.kill(supervisor.pid, 'SIGKILL');
    await untilGone(supervisor, 5_000);
    assert.match((await mirror.run(stopCommand)).out, /has stopped/);
    assert.ok(program !== null && !(await isRunning(program)));
  });

  it('does not mistake a process that was given the old number for the mirror', async () => {
    await mirror.run(startCommand);
    const state = await mirror.stateWhen(({ program }) => program !== null);
    await endProcess(state.supervisor, 5_000);
    const self = { pid: process.pid, started: 'another time' };
    const forged = JSON.stringify({ ...state, supervisor: self, program: self });
    await writeFile(`${mirror.layout.run}/supervisor.json`, forged);
    assert.match((await mirror.run(stopCommand)).out, /was not running/);
  });

  it('restart gives a new process', async () => {
    await mirror.run(startCommand);
    const before = (await mirror.state())?.supervisor.pid;
    assert.equal((await mirror.run(restartCommand)).status, 0);
    assert.notEqual((await mirror.state())?.supervisor.pid, before);
    assert.ok(await answers(mirror.url));
  });
});
