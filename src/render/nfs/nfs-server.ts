/** How the NFS server of a distribution is called. */
export interface NfsServer {
  /** What has to be installed for it. */
  readonly package: string;
  /** The program and its arguments that install it; undefined where it is not known. */
  readonly install: readonly [program: string, ...args: string[]] | undefined;
  /** The unit of systemd. */
  readonly unit: string;
}

const DEBIAN: NfsServer = {
  package: 'nfs-kernel-server',
  install: ['apt-get', 'install', '--yes', '--no-install-recommends', 'nfs-kernel-server'],
  unit: 'nfs-kernel-server.service',
};
const RED_HAT: NfsServer = {
  package: 'nfs-utils',
  install: ['dnf', 'install', '--assumeyes', 'nfs-utils'],
  unit: 'nfs-server.service',
};
const SUSE: NfsServer = {
  package: 'nfs-kernel-server',
  install: ['zypper', '--non-interactive', 'install', 'nfs-kernel-server'],
  unit: 'nfs-server.service',
};
const ARCH: NfsServer = {
  package: 'nfs-utils',
  install: ['pacman', '--sync', '--noconfirm', '--needed', 'nfs-utils'],
  unit: 'nfs-server.service',
};
const OTHER: NfsServer = { package: 'nfs-utils', install: undefined, unit: 'nfs-server.service' };

const FAMILIES: Readonly<Record<string, NfsServer>> = {
  debian: DEBIAN,
  ubuntu: DEBIAN,
  rhel: RED_HAT,
  centos: RED_HAT,
  fedora: RED_HAT,
  suse: SUSE,
  opensuse: SUSE,
  sles: SUSE,
  arch: ARCH,
};

/**
 * The NFS server of the distribution that os-release(5) tells about.
 * @param release its variables
 */
export function nfsServer(release: Readonly<Record<string, string>>): NfsServer {
  const like = (release['ID_LIKE'] ?? '').split(/\s+/);
  const names = [release['ID'] ?? '', ...like].map((name) => name.toLowerCase());
  const family = names.find((name) => Object.hasOwn(FAMILIES, name));
  return family === undefined ? OTHER : (FAMILIES[family] ?? OTHER);
}

/** What of nfs.conf(5) clients have to know. */
export interface NfsProtocol {
  /** 2049 unless it says otherwise. */
  readonly port: number;
  /** Such as `3` and `4.2`, as far as it says something about them. */
  readonly versions: Readonly<Record<string, boolean>>;
}

/** @param nfsd the section `[nfsd]` */
export function nfsProtocol(nfsd: Readonly<Record<string, string>>): NfsProtocol {
  const port = Number(nfsd['port'] ?? '');
  const versions = Object.entries(nfsd).flatMap(([key, value]) => {
    const [, version] = /^vers([2-4](?:\.\d)?)$/.exec(key) ?? [];
    return version === undefined ? [] : [[version, isYes(value)] as const];
  });
  const isPort = Number.isInteger(port) && port > 0 && port <= 65_535;
  return { port: isPort ? port : 2049, versions: Object.fromEntries(versions) };
}

/** nfs.conf(5): "1", "t", "true", "y", "yes" and "on" all mean yes. */
function isYes(text: string): boolean {
  return ['1', 't', 'true', 'y', 'yes', 'on'].includes(text.toLowerCase());
}
