import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { RunResult } from '#src/host/exec.js';
import { MAIN } from '../../parts/mirror.js';
import { lacking } from '../../parts/needs.js';
import { OWN_ETC_PROGRAMS, runInOwnEtc } from '../../parts/own-etc.js';
import { reservePort } from '../../parts/ports.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';

const skip = lacking({ programs: ['exportfs', 'systemctl', ...OWN_ETC_PROGRAMS], root: true });

describe('docker-mirror nfs', { skip, timeout: 240_000 }, () => {
  let folder: TempFolder;
  let mirror: string;

  before(async () => {
    folder = await tempFolder('dm-nfs');
    mirror = folder.file('a mirror (of é)');
    await mkdir(`${mirror}/registry`, { recursive: true });
    await settings('10.0.0.0/8 *.lab.example fc00::/7');
  });
  after(() => folder.close());

  async function settings(clients: string, more = ''): Promise<void> {
    const text = `CONFIG_DOCKER_MIRROR_NFS=y\nCONFIG_DOCKER_MIRROR_NFS_CLIENTS="${clients}"\n${more}`;
    await writeFile(folder.file('.config'), text);
  }

  /** Runs a script in which `nfs` is the command. */
  function inOwnEtc(script: string): Promise<RunResult> {
    const quoted = [process.execPath, MAIN].map((word) => `'${word}'`).join(' ');
    const setup = `nfs() { ${quoted} nfs --path '${mirror}' "$@"; }\n`;
    return runInOwnEtc(folder.path, setup + script, {
      env: { XDG_STATE_HOME: folder.file('state'), KCONFIG_CONFIG: folder.file('.config') },
      accept: [1, 2, 3, 78],
      timeout: 120_000,
    });
  }

  it('shares the folder as the NFS utilities read it, and shares it no longer', async () => {
    const { stdout, stderr, exitCode } = await inOwnEtc(`
      nfs --status; echo "status $?"
      nfs; ls /etc/exports.d 2>&1
      nfs --apply || exit 1
      exportfs -s
      nfs --apply >"$1/again"; cat "$1/again"
      nfs --status; echo "status $?"
      nfs --remove || exit 1
      echo "left: $(exportfs -s) $(ls -d /etc/exports.d 2>/dev/null)"
      nfs --status >"$1/after"; echo "status $?"`);
    assert.equal(exitCode, 0, stdout + stderr);
    const [first = '', planned = '', rest = ''] = stdout.split(/status \d\n/);
    assert.match(first, /^shared +no$/m);
    assert.match(planned, /\+.*a\\040mirror\\040\\050of\\040\\303\\251\\051/);
    assert.match(planned, /No such file/);
    const inForce = planned.split('\n').filter((line) => line.includes('wdelay'));
    const clients = inForce.map((line) => /\s(\S+)\(/.exec(line.slice(mirror.length))?.[1]);
    for (const client of ['10.0.0.0/8', '*.lab.example', 'fc00::/7'])
      assert.ok(clients.includes(client), client);
    for (const line of inForce) {
      assert.match(line, /ro,/);
      assert.match(line, /root_squash/);
      assert.doesNotMatch(line, /no_root_squash|insecure|rw/);
    }
    assert.match(planned, /^shared +yes$/m);
    assert.match(rest, /left: \s*$/m);
    assert.deepEqual(
      [...stdout.matchAll(/status (\d)/g)].map((match) => match[1]),
      ['1', '0', '1'],
    );
  });

  it('changes nothing the second time, and only what changed the third time', async () => {
    await settings('10.0.0.0/8');
    const twice = await inOwnEtc('nfs --apply >/dev/null; nfs --apply; nfs --remove >/dev/null');
    assert.doesNotMatch(twice.stdout, /write|exports again/);
    assert.equal(twice.exitCode, 0);
    await settings('10.0.0.0/8', '# CONFIG_DOCKER_MIRROR_NFS_READ_ONLY is not set\n');
    const writable = await inOwnEtc('nfs --apply >/dev/null; exportfs -s; nfs --remove >/dev/null');
    assert.match(writable.stdout, /rw,/);
  });

  it('notices a file of ours that was changed by hand', async () => {
    await settings('10.0.0.0/8');
    const { stdout, stderr } = await inOwnEtc(`
      nfs --apply >/dev/null
      echo '# mine' >> /etc/exports.d/docker-mirror.exports
      nfs --status >/dev/null; echo "status $?"
      nfs --apply; echo "apply $?"
      nfs --apply --force >/dev/null; echo "forced $?"
      nfs --remove >/dev/null; echo "removed $?"`);
    assert.match(stderr, /changed by hand/);
    assert.match(stdout, /status 1\napply 1\nforced 0\nremoved 0/);
  });

  it('tells of other lines that share the folder, and of the whole world', async () => {
    await settings('*');
    const { stderr } = await inOwnEtc(`
      printf '%s\\n' '# x' '/ host(rw)' > /etc/exports
      nfs`);
    assert.match(stderr, /\/etc\/exports:2 shares \/ as well/);
    assert.match(stderr, /whole world/);
  });

  it('refuses settings that would be something else in an exports file', async () => {
    for (const clients of ['-rw', '*(rw,no_root_squash)', 'a #', ' ', '10.0.0.0/33']) {
      await settings(clients);
      const { exitCode, stderr } = await inOwnEtc(
        'nfs --apply; status=$?; ls /etc/exports.d 2>&1; exit $status',
      );
      assert.equal(exitCode, 78, clients);
      assert.match(stderr, /DOCKER_MIRROR_NFS_CLIENTS/, clients);
    }
  });

  it('is what a start does when the settings say so, and takes back when they no longer do', async () => {
    const port = await reservePort();
    await settings('10.0.0.0/8', `CONFIG_DOCKER_MIRROR_PORT=${port}\n`);
    const program = `'${process.execPath}' '${MAIN}'`;
    const { stdout, stderr, exitCode } = await inOwnEtc(`
      mirror() { ${program} "$@" --path '${mirror}'; }
      trap "mirror stop --timeout 1 >/dev/null" EXIT
      mirror start >/dev/null || exit 1
      exportfs -s
      sed -i 's/NFS=y/NFS=n/' "$KCONFIG_CONFIG"
      mirror start >/dev/null || exit 1
      echo "left: $(exportfs -s)"`);
    assert.equal(exitCode, 0, stdout + stderr);
    assert.match(stdout, /^\S.* 10\.0\.0\.0\/8\(.*ro,/m);
    assert.match(stdout, /^left: $/m);
  });

  it('says what is missing: the setting, the mirror, or the server', async () => {
    await writeFile(folder.file('.config'), '# CONFIG_DOCKER_MIRROR_NFS is not set\n');
    assert.match((await inOwnEtc('nfs --apply')).stderr, /config set DOCKER_MIRROR_NFS=y/);
    assert.equal((await inOwnEtc('nfs --status')).exitCode, 3);
    await settings('10.0.0.0/8');
    assert.match((await inOwnEtc('nfs --apply --path /nowhere')).stderr, /no mirror in \/nowhere yet/);
    const without = await inOwnEtc('mount -t tmpfs none /usr/sbin; nfs --apply');
    assert.match(without.stderr, /not installed: it is the package nfs-kernel-server/);
    assert.match(without.stderr, /apt-get install/);
  });
});
