import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseIni } from '#src/host/ini-file.js';
import { nfsProtocol, nfsServer } from '#src/render/nfs/nfs-server.js';

describe('the NFS server of a distribution', () => {
  const of = (text: string) => nfsServer(parseIni(text).values);

  it('is told by os-release', () => {
    assert.deepEqual(of('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'), {
      package: 'nfs-kernel-server',
      install: ['apt-get', 'install', '--yes', '--no-install-recommends', 'nfs-kernel-server'],
      unit: 'nfs-kernel-server.service',
    });
    assert.equal(of('ID=linuxmint\nID_LIKE="ubuntu debian"\n').unit, 'nfs-kernel-server.service');
    for (const text of ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'ID=fedora\n', "ID='rhel'\n"]) {
      assert.deepEqual([of(text).package, of(text).unit], ['nfs-utils', 'nfs-server.service']);
      assert.equal(of(text).install?.[0], 'dnf');
    }
    assert.equal(of('ID="opensuse-leap"\nID_LIKE="suse opensuse"\n').install?.[0], 'zypper');
    assert.equal(of('ID=arch\n').install?.[0], 'pacman');
  });

  it('has the usual names where nothing is known', () => {
    const unknown = { package: 'nfs-utils', install: undefined, unit: 'nfs-server.service' };
    for (const text of ['', 'ID=plan9\n', 'ID=constructor\nID_LIKE=__proto__\n'])
      assert.deepEqual(of(text), unknown);
  });
});

describe('nfs.conf', () => {
  const of = (text: string) => nfsProtocol(parseIni(text).section('nfsd'));

  it('tells the port and the versions', () => {
    assert.deepEqual(
      of(
        '[general]\npipefs-directory=/run/rpc_pipefs\n[nfsd]\nport=2050\nvers3=n\nvers4.2=y\nvers4=on\n# vers2=y\n',
      ),
      {
        port: 2050,
        versions: { 3: false, 4.2: true, 4: true },
      },
    );
  });

  it('may say nothing, or nonsense', () => {
    assert.deepEqual(of(''), { port: 2049, versions: {} });
    assert.deepEqual(of('[nfsd]\nport=ssh\nversx=y\n'), { port: 2049, versions: {} });
  });
});
