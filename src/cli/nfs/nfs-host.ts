import { readdir, realpath, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, MirrorError } from '../../errors.js';
import { run } from '../../host/exec.js';
import { asFileError, readTextIfThere } from '../../host/files.js';
import { readIniFile } from '../../host/ini-file.js';
import { type OtherExport, otherExports } from '../../render/nfs/exports.js';
import { type NfsProtocol, type NfsServer, nfsProtocol, nfsServer } from '../../render/nfs/nfs-server.js';
import { EXPORTS_FILE, type NfsFacts } from '../../render/nfs/nfs-wanted.js';

/** os-release(5): the first that is there counts. */
const RELEASE_FILES = ['/etc/os-release', '/usr/lib/os-release'];

/** The kinds of file systems (statfs(2)) that are not on a device whose identity the NFS server could use. */
const WITHOUT_IDENTITY = new Set([
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
  0x65735546, // FUSE
  0x00006969, // NFS
  0x01021997, // 9p
]);

/** The NFS server of this host's distribution. */
export async function serverOfHost(): Promise<NfsServer> {
  for (const path of RELEASE_FILES) {
    const { values } = await readIniFile(path);
    if (Object.keys(values).length > 0) return nfsServer(values);
  }
  return nfsServer({});
}

/** What /etc/nfs.conf says about the port and the versions. */
export async function protocolOfHost(): Promise<NfsProtocol> {
  return nfsProtocol((await readIniFile('/etc/nfs.conf')).section('nfsd'));
}

/** How the unit of the NFS server stands; undefined without systemd. */
export async function unitOfHost(name: string): Promise<NfsFacts['unit']> {
  const args = ['--system', 'show', '--property', 'ActiveState,UnitFileState', name];
  const result = await runOrNothing('systemctl', args);
  if (result === undefined) return undefined;
  const has = (line: string) => result.stdout.split('\n').includes(line);
  return {
    name,
    // An alias is as good as the name itself.
    enabled: has('UnitFileState=enabled') || has('UnitFileState=alias') || has('UnitFileState=static'),
    active: has('ActiveState=active'),
  };
}

/** Whether the firewall lets NFS through; undefined when firewalld is not active. */
export async function firewallOfHost(): Promise<NfsFacts['firewall']> {
  if ((await runOrNothing('firewall-cmd', ['--state'])) === undefined) return undefined;
  return { open: (await runOrNothing('firewall-cmd', ['--permanent', '--query-service=nfs'])) !== undefined };
}

/**
 * A folder without symbolic links, as the NFS server knows it; undefined when it is not there.
 * @throws FileError
 */
export async function realFolder(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw asFileError(error, `cannot look at ${path}`);
  }
}

/** Whether the NFS server has to be told an identity for the file system that a folder is on. */
export async function needsFsid(path: string): Promise<boolean> {
  return WITHOUT_IDENTITY.has((await statfs(path)).type);
}

/** Of some folders, those that others than their owner cannot read: a client's root, who counts as nobody, could not either. */
export async function closedFolders(paths: readonly string[]): Promise<string[]> {
  const closed: string[] = [];
  for (const path of paths) {
    const mode = await stat(path).then(
      (stats) => stats.mode,
      () => undefined,
    );
    if (mode !== undefined && (mode & 0o005) !== 0o005) closed.push(path);
  }
  return closed;
}

/** The lines of other exports files that share a folder already. @throws FileError */
export async function othersOfHost(path: string): Promise<OtherExport[]> {
  const folder = '/etc/exports.d';
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.exports')).map((name) => join(folder, name));
  const found: OtherExport[] = [];
  for (const file of ['/etc/exports', ...files.sort()]) {
    if (file === EXPORTS_FILE) continue;
    found.push(...otherExports(file, (await readTextIfThere(file)) ?? '', path));
  }
  return found;
}

async function runOrNothing(program: string, args: readonly string[]) {
  try {
    return await run(program, args, { timeout: 10_000 });
  } catch (error) {
    // Not installed, not running, or the answer is no.
    if (error instanceof MirrorError) return undefined;
    throw error;
  }
}
