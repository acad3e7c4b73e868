import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { cleanCommand } from '#src/cli/clean.js';
import { logsCommand } from '#src/cli/logs.js';
import { startCommand } from '#src/cli/start.js';
import { type StatusReport, statusCommand } from '#src/cli/status.js';
import { stopCommand } from '#src/cli/stop.js';
import { TextOutput } from '../../unit/cli/support.js';
import { eventually, Sandbox } from './sandbox.js';

let mirror: Sandbox;
beforeEach(async () => {
  mirror = await Sandbox.make();
});
afterEach(() => mirror.remove());

async function statusOf(): Promise<{ status: number; report: StatusReport }> {
  const { status, out } = await mirror.run(statusCommand, { json: true });
  return { status, report: JSON.parse(out) as StatusReport };
}

describe('status', () => {
  it('is 3 before the first start and after a stop', async () => {
    const before = await statusOf();
    assert.equal(before.status, 3);
    assert.equal(before.report.running, false);
    assert.equal(before.report.problem, 'it is not set up');
    await mirror.run(startCommand);
    await mirror.run(stopCommand);
    const after = await statusOf();
    assert.equal(after.status, 3);
    assert.deepEqual([after.report.running, after.report.problem, after.report.pid], [false, null, null]);
  });

  it('tells everything of a mirror that runs', async () => {
    await mirror.run(startCommand);
    const { status, report } = await statusOf();
    assert.equal(status, 0);
    const state = await mirror.state();
    assert.deepEqual(
      { ...report, since: typeof report.since },
      {
        version: 1,
        running: true,
        service: null,
        answers: true,
        problem: null,
        path: mirror.layout.root,
        config: mirror.layout.config,
        log: mirror.layout.log,
        data: mirror.layout.registry,
        url: `http://localhost:${mirror.port}`,
        addresses: [`127.0.0.1:${mirror.port}`, `[::1]:${mirror.port}`],
        pid: state?.program?.pid,
        supervisorPid: state?.supervisor.pid,
        since: 'string',
        restarts: 0,
        lastExit: null,
        manager: 'supervisor',
        update: { calendar: '*-*-* 02:00:00', timer: null, next: null, last: null, waiting: null },
        size: { bytes: 0, blobs: 0, exact: true },
        disk: report.disk,
        upstreams: null,
        leases: null,
        troubles: [],
      },
    );
    assert.ok(report.disk !== null && report.disk.free > 0 && report.disk.free <= report.disk.total);
    const { out } = await mirror.run(statusCommand);
    assert.match(out, /^mirror\s+running\naddress\s+http:\/\/localhost:/);
  });

  it('is 1 for a mirror that runs and does not answer', async () => {
    mirror.mode = 'silent';
    const interrupt = new AbortController();
    const started = mirror.run(startCommand, {}, { interrupted: interrupt.signal });
    await mirror.stateWhen(({ program }) => program !== null);
    interrupt.abort();
    await started;
    const { status, report } = await statusOf();
    assert.equal(status, 1);
    assert.match(report.problem ?? '', /ECONNREFUSED/);
  });

  it('says so when the state file holds nonsense', async () => {
    await mkdir(mirror.layout.run, { recursive: true });
    await writeFile(join(mirror.layout.run, 'supervisor.json'), '{"version":1,"supervisor":{"pid":-1}}');
    const { status, err } = await mirror.run(statusCommand);
    assert.equal(status, 1);
    assert.match(err, /does not hold the state of a supervisor\nhint: /);
    const started = await mirror.run(startCommand);
    assert.equal(started.status, 0);
    assert.match(started.err, /^warning: .* it is begun anew\n$/);
  });
});

describe('logs', () => {
  it('shows the last lines, as they are, from older files too', async () => {
    await mkdir(mirror.layout.logs, { recursive: true });
    await writeFile(`${mirror.layout.log}.1`, '{"n":1}\n{"n":2}\n');
    await writeFile(mirror.layout.log, '{"n":3}\n');
    assert.deepEqual(await mirror.run(logsCommand, { lines: 2 }), {
      status: 0,
      out: '{"n":2}\n{"n":3}\n',
      err: '',
    });
    assert.equal((await mirror.run(logsCommand)).out, '{"n":1}\n{"n":2}\n{"n":3}\n');
    assert.equal((await mirror.run(logsCommand, { lines: -1 })).status, 2);
    assert.equal((await mirror.run(logsCommand, { lines: 1.5 })).status, 2);
  });

  it('is readable on a terminal, without colours when they are not wanted', async () => {
    await mkdir(mirror.layout.logs, { recursive: true });
    await writeFile(
      mirror.layout.log,
      '{"level":"info","time":"2026-01-01T00:00:00.000Z","msg":"hello"}\nplain\n',
    );
    const stdout = new TextOutput(true);
    const context = { ...mirror.context(), stdout, env: { NO_COLOR: '1' } };
    const args = {
      text: () => mirror.layout.root,
      list: () => [],
      number: () => undefined,
      flag: () => false,
      rest: [],
    };
    await logsCommand.run(args, context);
    assert.match(stdout.text, /^\[.*\] INFO: hello\nplain\n$/);
  });

  it('says that there is none yet', async () => {
    const { status, err } = await mirror.run(logsCommand);
    assert.equal(status, 1);
    assert.match(err, /there is no log .* yet\nhint: run "docker-mirror start"/);
  });

  it('follows until Ctrl-C', async () => {
    await mkdir(mirror.layout.logs, { recursive: true });
    await writeFile(mirror.layout.log, 'first\n');
    const stop = new AbortController();
    const stdout = new TextOutput();
    const args = {
      text: () => mirror.layout.root,
      list: () => [],
      number: () => undefined,
      flag: (name: string) => name === 'follow',
      rest: [],
    };
    const following = logsCommand.run(args, { ...mirror.context(), stdout, interrupted: stop.signal });
    await eventually(async () => {
      await appendFile(mirror.layout.log, 'more\n');
      return stdout.text.includes('more') ? true : undefined;
    });
    stop.abort();
    assert.equal(await following, 0);
    assert.match(stdout.text, /^first\n(more\n)+$/);
  });
});

describe('clean', () => {
  it('stops the mirror, removes what start made, and keeps the images', async () => {
    await mirror.run(startCommand);
    await writeFile(join(mirror.layout.registry, 'blob'), 'x');
    const { status, out } = await mirror.run(cleanCommand);
    assert.equal(status, 0);
    assert.match(out, /The images are kept in/);
    assert.deepEqual((await readdir(mirror.layout.root)).toSorted(), ['images', 'registry']);
    assert.equal((await mirror.run(statusCommand)).status, 3);
    assert.equal((await mirror.run(startCommand)).status, 0);
    assert.equal(await readFile(join(mirror.layout.registry, 'blob'), 'utf8'), 'x');
  });

  it('keeps a configuration that somebody has changed, and files of others', async () => {
    await mirror.run(startCommand);
    await appendFile(mirror.layout.config, '# mine\n');
    for (const name of ['update-20260101-020000.log', 'update-notes.log']) {
      await writeFile(join(mirror.layout.logs, name), '');
    }
    const { out } = await mirror.run(cleanCommand);
    assert.match(out, /Kept: .*config\.yml/);
    assert.match(await readFile(mirror.layout.config, 'utf8'), /# mine\n$/);
    assert.deepEqual(await readdir(mirror.layout.logs), ['update-notes.log']);
  });

  it('names the configuration that was put aside with --force, and removes it with the images', async () => {
    await mirror.run(startCommand);
    await appendFile(mirror.layout.config, '# mine\n');
    await mirror.run(startCommand, { force: true });
    const { out } = await mirror.run(cleanCommand);
    assert.match(out, /Kept: .*config\.yml\.old, which was put aside with --force\.\n/);
    assert.match(await readFile(mirror.layout.oldConfig, 'utf8'), /# mine\n$/);
    const all = await mirror.run(cleanCommand, { data: true, yes: true });
    assert.doesNotMatch(all.out, /Kept/);
    await assert.rejects(stat(mirror.layout.root), { code: 'ENOENT' });
  });

  it('removes the images only when asked twice', async () => {
    await mirror.run(startCommand);
    for (const flags of [{ data: true }, { yes: true }]) await mirror.run(cleanCommand, flags);
    assert.ok((await stat(mirror.layout.registry)).isDirectory());
    assert.equal((await mirror.run(cleanCommand, { data: true })).status, 2);
    assert.equal((await mirror.run(cleanCommand, { data: true, yes: true })).status, 0);
    await assert.rejects(stat(mirror.layout.root), { code: 'ENOENT' });
    assert.equal((await mirror.run(cleanCommand)).status, 0, 'again is no error');
  });
});
