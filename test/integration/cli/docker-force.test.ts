import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, afterEach, before, describe, it } from 'node:test';
import type { DockerFacts } from '#src/cli/client/docker-facts.js';
import { bringIntoForce } from '#src/cli/client/docker-force.js';
import type { CliContext } from '#src/cli/command.js';
import { CommandFailure } from '#src/cli/errors.js';
import { type DockerdInfo, readInfo } from '#src/host/dockerd.js';
import { hasMirror } from '#src/render/clients/forget-mirror.js';
import { asPart, Parts } from '../../parts/cleanup.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';
import { argumentsOf, emptyContext, TextOutput } from '../../unit/cli/support.js';

const MIRROR = 'http://10.0.0.5:5000';

/** An engine that acts on its file only when one of its managers' programs was run: the file `restarted` is there then. */
describe('an engine that does not take a reload', { timeout: 60_000 }, () => {
  const parts = new Parts();
  const path = process.env['PATH'];
  let folder: TempFolder;
  let info: DockerdInfo;

  before(async () => {
    folder = parts.add(await tempFolder('dm-force'));
    await mkdir(folder.file('bin'));
    const answer = () => ({
      ServerVersion: '24.0.0',
      ContainersRunning: 2,
      RegistryConfig: { Mirrors: existsSync(folder.file('restarted')) ? [`${MIRROR}/`] : [] },
    });
    info = readInfo(answer());
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer()));
    });
    await new Promise<void>((resolve) => server.listen(folder.file('docker.sock'), resolve));
    parts.add(asPart(() => new Promise((resolve) => server.close(() => resolve()))));
    process.env['PATH'] = `${folder.file('bin')}:${path ?? ''}`;
    await program(
      'systemctl',
      'case "$*" in *"--system show"*ActiveState*) echo active ;; *restart*) restarted ;; esac',
    );
    await program('service', 'exit 1');
  });
  afterEach(() => rm(folder.file('restarted'), { force: true }));
  after(async () => {
    process.env['PATH'] = path;
    await parts.close();
  });

  async function program(name: string, body: string): Promise<void> {
    const text = `#!/bin/sh\nrestarted() { echo "${name} $*" >> '${folder.file('restarted')}'; }\n${body}\n`;
    await writeFile(folder.file('bin', name), text);
    await chmod(folder.file('bin', name), 0o755);
  }

  /** @param answer what somebody types on a terminal; undefined: there is none */
  function force(restart: boolean, answer?: string, changes: Partial<DockerFacts> = {}) {
    const stdout = new TextOutput(answer !== undefined);
    const context: CliContext = {
      ...emptyContext(),
      stdout,
      stdin: {
        isTerminal: answer !== undefined,
        open: () => ({ next: async () => answer, close: () => undefined }),
      },
    };
    const facts: DockerFacts = {
      places: {
        kind: 'engine',
        file: '/etc/docker/daemon.json',
        certificates: '/etc/docker/certs.d',
        host: `unix://${folder.file('docker.sock')}`,
        pidFile: undefined,
      },
      info,
      process: undefined,
      isUsual: true,
      ...changes,
    };
    const outcome = bringIntoForce(facts, (now) => hasMirror(now, MIRROR), argumentsOf({ restart }), context);
    return { outcome, stdout };
  }

  const refusal = (error: unknown) => {
    assert.ok(error instanceof CommandFailure);
    assert.match(error.hint ?? '', /--restart, or run "systemctl --system restart docker\.service"/);
    assert.match(error.hint ?? '', /stops the 2 containers/);
    return true;
  };

  it('is not restarted behind anybody’s back', async () => {
    await assert.rejects(force(false).outcome, refusal);
    assert.ok(!existsSync(folder.file('restarted')));
  });

  it('is restarted when somebody at the terminal agrees, and only then', async () => {
    const no = force(false, '');
    await assert.rejects(no.outcome, refusal);
    assert.match(no.stdout.text, /Restart it now\? This stops the 2 containers that run\. \[y\/N\] $/);
    assert.ok(!existsSync(folder.file('restarted')));
    const yes = force(false, 'y');
    assert.equal(await yes.outcome, 0);
    assert.match(yes.stdout.text, /restart Docker: systemctl --system restart docker\.service\n/);
  });

  it('is restarted when that was agreed to beforehand, by the next way when one fails', async () => {
    assert.equal(await force(true).outcome, 0);
    await rm(folder.file('restarted'));
    await program(
      'systemctl',
      'case "$*" in *"--system show"*ActiveState*) echo active ;; *restart*) exit 5 ;; esac',
    );
    await program('service', 'case "$*" in "docker restart") restarted ;; esac');
    const { outcome, stdout } = force(true);
    assert.equal(await outcome, 0);
    assert.match(
      stdout.text,
      /systemctl --system restart docker\.service\nrestart Docker: service docker restart\n$/,
    );
  });

  it('is left to whoever started it when nothing manages it', async () => {
    await assert.rejects(force(true, undefined, { isUsual: false }).outcome, {
      message: /goes on as before until it is restarted/,
    });
    assert.ok(!existsSync(folder.file('restarted')));
  });

  it('needs nothing when it does not run, or took it already', async () => {
    const absent = force(false, undefined, { info: undefined });
    assert.equal(await absent.outcome, 0);
    assert.match(absent.stdout.text, /reads \/etc\/docker\/daemon\.json when it starts/);
    await writeFile(folder.file('restarted'), '');
    assert.equal(await force(false).outcome, 0);
  });
});
