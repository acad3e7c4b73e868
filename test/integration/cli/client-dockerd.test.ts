import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import type { RunResult } from '#src/host/exec.js';
import { Parts } from '../../parts/cleanup.js';
import { MAIN } from '../../parts/mirror.js';
import { lacking } from '../../parts/needs.js';
import { OWN_ETC_PROGRAMS, runInOwnEtc } from '../../parts/own-etc.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';

const skip = lacking({ programs: OWN_ETC_PROGRAMS, root: true });

/**
 * Engines that cannot be had here: a server that says about itself what such an engine says (Docker Engine API, `GET /info`). What
 * the real engine of this machine does is shown in test/e2e/client-dockerd.test.ts.
 */
describe('docker-mirror client dockerd, for other engines', { skip, timeout: 240_000 }, () => {
  const parts = new Parts();
  let folder: TempFolder;

  before(async () => {
    folder = parts.add(await tempFolder('dm-dockers'));
    await writeFile(folder.file('.config'), 'CONFIG_DOCKER_MIRROR_UPSTREAMS="ghcr.io"\n');
  });
  after(() => parts.close());

  async function engine(name: string, info: object): Promise<string> {
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(info));
    });
    const path = folder.file(`${name}.sock`);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    parts.add({
      close: () => new Promise((resolve) => server.close(() => resolve())),
      [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
    });
    return `unix://${path}`;
  }

  /** Runs a script in which `client` is the command for an engine. */
  function run(host: string, script: string): Promise<RunResult> {
    const command = `'${process.execPath}' '${MAIN}' client dockerd --host '${host}' --path '${folder.file('none')}'`;
    return runInOwnEtc(folder.path, `rm -rf /etc/docker; client() { ${command} "$@"; }\n${script}`, {
      env: { XDG_STATE_HOME: folder.file('state'), KCONFIG_CONFIG: folder.file('.config'), DOCKER_HOST: '' },
      accept: [1, 2],
      timeout: 120_000,
    });
  }

  const DOCKER_29 = {
    ServerVersion: '29.1.3',
    DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
    RegistryConfig: { Mirrors: [], InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8'], IndexConfigs: {} },
  };

  it('writes a hosts.toml for each registry where the engine reads them, and takes them away', async () => {
    const host = await engine('docker-29', DOCKER_29);
    const { stdout, stderr, exitCode } = await run(
      host,
      `client --apply --url http://10.0.0.5:5000 || exit 1
       (cd /etc/docker/certs.d && ls && cat docker.io/hosts.toml '10.0.0.5:5000/hosts.toml')
       ls /etc/docker/daemon.json 2>&1
       client --apply --url http://10.0.0.5:5000 --json
       client --remove || exit 1
       ls /etc/docker 2>&1`,
    );
    assert.equal(exitCode, 2, stdout + stderr);
    assert.match(stdout, /^10\.0\.0\.5:5000$/m);
    assert.match(stdout, /^docker\.io$/m);
    assert.match(stdout, /^ghcr\.io$/m);
    assert.match(stdout, /^\[host\."http:\/\/10\.0\.0\.5:5000"\]$/m);
    assert.match(stdout, /daemon\.json.*No such file/);
    assert.match(stdout, /"steps": \[\]/);
    assert.match(stdout, /'\/etc\/docker': No such file/);
  });

  it('leaves what somebody else chose for a registry, unless forced, and puts it back then', async () => {
    const host = await engine('docker-29-chosen', DOCKER_29);
    const { stdout, stderr } = await run(
      host,
      `mkdir -p /etc/docker/certs.d/ghcr.io; echo 'server = "https://mine"' > /etc/docker/certs.d/ghcr.io/hosts.toml
       client --apply; echo "refused $?"; ls /etc/docker/certs.d
       client --apply --force >/dev/null; echo "forced $?"
       client --remove >/dev/null; cat /etc/docker/certs.d/ghcr.io/hosts.toml; ls /etc/docker/certs.d`,
    );
    assert.match(stderr, /nothing was changed: .*ghcr\.io\/hosts\.toml is there and is not ours/);
    assert.match(stdout, /^refused 1\nghcr\.io\nforced 0\nserver = "https:\/\/mine"\nghcr\.io$/m);
  });

  it('keeps loopback insecure for an engine that would forget it, and says when it does not take a reload', async () => {
    const host = await engine('docker-29-10', { ...DOCKER_29, ServerVersion: '29.10.0', DriverStatus: [] });
    const { stdout, stderr, exitCode } = await run(
      host,
      `mkdir -p "$1/bin"; printf '#!/bin/sh\\necho "$@" > "%s/validated"\\n' "$1" > "$1/bin/dockerd"; chmod +x "$1/bin/dockerd"
       export PATH="$1/bin:$PATH"
       client --apply --url http://10.0.0.5:5000; status=$?
       cat /etc/docker/daemon.json "$1/validated"; exit $status`,
    );
    assert.equal(exitCode, 1);
    assert.match(stderr, /goes on as before until it is restarted/);
    assert.match(stdout, /"insecure-registries": \["10\.0\.0\.5:5000", "127\.0\.0\.0\/8", "::1\/128"\]/);
    assert.match(stdout, /^--validate --config-file \S+daemon\.json$/m);
  });

  it('does not write what dockerd itself refuses', async () => {
    const host = await engine('docker-28', { ...DOCKER_29, ServerVersion: '28.0.0', DriverStatus: [] });
    const { stdout, stderr, exitCode } = await run(
      host,
      `mkdir -p "$1/bin"; printf '#!/bin/sh\\necho "unable to configure: bad key" >&2; exit 1\\n' > "$1/bin/dockerd"; chmod +x "$1/bin/dockerd"
       export PATH="$1/bin:$PATH"
       client --apply --url http://10.0.0.5:5000; status=$?
       ls /etc/docker 2>&1; exit $status`,
    );
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /dockerd refuses \/etc\/docker\/daemon\.json as it would be: unable to configure: bad key/,
    );
    assert.match(stdout, /No such file/);
  });

  it('refuses an address with a path, two opposite wishes, and an engine elsewhere', async () => {
    const host = await engine('docker-any', DOCKER_29);
    const { stderr } = await run(
      host,
      'client --url http://host:5000/prefix; client --apply --remove; client --host ssh://host; exit 1',
    );
    assert.match(stderr, /address of a mirror has no path/);
    assert.match(stderr, /--apply and --remove are two different things/);
    assert.match(stderr, /"ssh:\/\/host" is no address of a Docker engine on this host/);
  });
});
