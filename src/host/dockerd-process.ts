import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { identify, signalProcess } from './process-identity.js';

/** A running `dockerd`. */
export interface DockerdProcess {
  readonly pid: number;
  readonly command: readonly string[];
}

/**
 * The `dockerd` that listens on a socket of this host, or that a pid file names. A process that is no `dockerd` is never given, so that a
 * pid file from before a restart of the host does no harm. Only where there is a /proc.
 */
export async function findDockerd(where: {
  readonly socket: string | undefined;
  readonly pidFile: string | undefined;
}): Promise<DockerdProcess | undefined> {
  return (await listenerOf(where.socket)) ?? (await namedIn(where.pidFile));
}

/**
 * Has the `dockerd` of a pid file read its configuration again (SIGHUP). One that does not run reads it when it starts.
 * @returns whether there was one
 * @throws the system's error, such as EPERM
 */
export async function reloadDockerdOf(pidFile: string): Promise<boolean> {
  const found = await namedIn(pidFile);
  return found !== undefined && (await reloadDockerd(found));
}

/** @throws the system's error, such as EPERM */
export async function reloadDockerd({ pid }: DockerdProcess): Promise<boolean> {
  const identity = await identify(pid);
  return identity !== undefined && (await signalProcess(identity, 'SIGHUP'));
}

/** The inodes that listen on a socket's path, from the text of /proc/net/unix (proc(5)): the flag 00010000 is an accepting socket. */
export function listeningInodes(table: string, path: string): string[] {
  return table.split('\n').flatMap((line) => {
    const [, flags, inode, name] = /^\S+ \S+ \S+ (\S+) \S+ \S+ +(\d+) (.*)$/s.exec(line) ?? [];
    return flags === '00010000' && inode !== undefined && name === path ? [inode] : [];
  });
}

/** The values of an option on a command line: `--name value`, `--name=value`. */
export function optionValues(command: readonly string[], ...names: readonly string[]): string[] {
  return command.flatMap((word, index) => {
    const equals = names.find((name) => word.startsWith(`${name}=`));
    if (equals !== undefined) return [word.slice(equals.length + 1)];
    const next = command[index + 1];
    return names.includes(word) && next !== undefined ? [next] : [];
  });
}

async function listenerOf(socket: string | undefined): Promise<DockerdProcess | undefined> {
  if (socket === undefined) return undefined;
  // /var/run is a link to /run nearly everywhere, and either name may have been used.
  const other = socket.replace(/^\/var\/run\//, '/run/');
  const table = await readOrEmpty('/proc/net/unix');
  const inodes = new Set([...listeningInodes(table, socket), ...listeningInodes(table, other)]);
  if (inodes.size === 0) return undefined;
  for (const pid of (await listOrEmpty('/proc')).filter((name) => /^\d+$/.test(name))) {
    // Whoever made the socket for it holds it too: systemd, in its place.
    const found = await asDockerd(Number(pid));
    if (found !== undefined && (await holds(found.pid, inodes))) return found;
  }
  return undefined;
}

async function holds(pid: number, inodes: ReadonlySet<string>): Promise<boolean> {
  for (const fd of await listOrEmpty(`/proc/${pid}/fd`)) {
    const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
    if (inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '')) return true;
  }
  return false;
}

async function namedIn(pidFile: string | undefined): Promise<DockerdProcess | undefined> {
  const text = pidFile === undefined ? '' : (await readOrEmpty(pidFile)).trim();
  return /^\d{1,9}$/.test(text) ? await asDockerd(Number(text)) : undefined;
}

async function asDockerd(pid: number): Promise<DockerdProcess | undefined> {
  const command = (await readOrEmpty(`/proc/${pid}/cmdline`)).split('\0').slice(0, -1);
  return basename(command[0] ?? '') === 'dockerd' ? { pid, command } : undefined;
}

// Processes come and go while they are listed, and those of others are closed to a normal user: what cannot be read is not found.
async function readOrEmpty(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}

async function listOrEmpty(path: string): Promise<string[]> {
  return await readdir(path).catch(() => []);
}
