import { readdir, readFile, readlink } from 'node:fs/promises';
import { MirrorError } from '../errors.js';
import { run } from './exec.js';

/** The program that listens on a port. */
export interface PortHolder {
  readonly pid: number;
  /** Its command line, the program first; at least its name. */
  readonly command: readonly string[];
}

/**
 * Who listens on a TCP port of this host; undefined when it cannot be told, as for a program of another user. Read from /proc where
 * there is one, else asked of lsof.
 */
export async function portHolder(port: number): Promise<PortHolder | undefined> {
  if (process.platform !== 'linux') return await holderFromLsof(port);
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readOrEmpty));
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)));
  return inodes.size === 0 ? undefined : await ownerOf(inodes);
}

/** The socket inodes that listen on the port, from the text of /proc/net/tcp or tcp6 (proc(5)): the state 0A is LISTEN. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [local, state, inode] = [fields[1], fields[3], fields[9]];
    return local?.endsWith(suffix) === true && state === '0A' && inode !== undefined ? [inode] : [];
  });
}

async function ownerOf(inodes: ReadonlySet<string>): Promise<PortHolder | undefined> {
  const wanted = new Set([...inodes].map((inode) => `socket:[${inode}]`));
  for (const name of (await listOrEmpty('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    for (const fd of await listOrEmpty(`/proc/${name}/fd`)) {
      if (!wanted.has(await linkOrEmpty(`/proc/${name}/fd/${fd}`))) continue;
      const command = (await readOrEmpty(`/proc/${name}/cmdline`)).split('\0').filter((word) => word !== '');
      const fallback = (await readOrEmpty(`/proc/${name}/comm`)).trim();
      return { pid: Number(name), command: command.length > 0 ? command : [fallback] };
    }
  }
  return undefined;
}

async function holderFromLsof(port: number): Promise<PortHolder | undefined> {
  try {
    const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { timeout: 5_000 });
    const pid = Number(stdout.split('\n')[0]);
    if (!Number.isSafeInteger(pid) || pid < 1) return undefined;
    const { stdout: command } = await run('ps', ['-o', 'command=', '-p', String(pid)], { timeout: 5_000 });
    return { pid, command: command.trim().split(/\s+/) };
  } catch (error) {
    // lsof ends with 1 when it sees none, and may not be there at all: then the holder stays unnamed.
    if (error instanceof MirrorError) return undefined;
    throw error;
  }
}

// Processes come and go while they are listed, and those of others are closed to a normal user: what cannot be read holds nothing.
async function readOrEmpty(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}

async function listOrEmpty(path: string): Promise<string[]> {
  return await readdir(path).catch(() => []);
}

async function linkOrEmpty(path: string): Promise<string> {
  return await readlink(path).catch(() => '');
}
