import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type RunResult, run } from '#src/host/exec.js';
import { asPart, Parts } from './cleanup.js';
import { reservePort } from './ports.js';
import { startDaemon } from './process.js';
import { tempFolder } from './temp.js';

/** A folder shared by NFS version 4, read-only and squashed, by a server in user space: the kernels of test machines often have none. */
export interface NfsExport extends AsyncDisposable {
  /** The files and folders below it, as a client lists them. */
  list(): Promise<readonly { readonly path: string; readonly isFolder: boolean; readonly size: number }[]>;
  /** Reads the whole tree as a client, into a folder. */
  copyTo(folder: string): Promise<void>;
  /** Tries to write a file as a client. */
  write(path: string, local: string): Promise<RunResult>;
  close(): Promise<void>;
}

/** The programs it needs. */
export const GANESHA_PROGRAMS = ['ganesha.nfsd', 'nfs-ls', 'nfs-cat', 'nfs-cp'] as const;

/** Shares a folder on a port of its own of 127.0.0.1. Needs root. */
export async function exportByNfs(shared: string): Promise<NfsExport> {
  const parts = new Parts();
  try {
    const folder = parts.add(await tempFolder('dm-nfsd'));
    const port = await reservePort();
    const config = folder.file('ganesha.conf');
    const url = (path: string) => `nfs://127.0.0.1/mirror${path}?version=4&nfsport=${port}`;
    await mkdir(folder.file('recovery'));
    await writeFile(config, configuration(shared, port, folder.file('recovery')));
    const list = async () => parseList((await run('nfs-ls', ['-R', url('/')])).stdout);
    parts.add(
      await startDaemon({
        name: 'ganesha.nfsd',
        program: 'ganesha.nfsd',
        args: ['-F', '-f', config, '-L', '/dev/stdout', '-p', folder.file('pid'), '-N', 'EVENT'],
        env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/bin` },
        ready: () =>
          run('nfs-ls', [url('/')], { timeout: 3_000 }).then(
            () => true,
            () => false,
          ),
      }),
    );
    return {
      list,
      async copyTo(target) {
        await mkdir(target, { recursive: true });
        for (const { path, isFolder } of await list()) {
          if (isFolder) await mkdir(join(target, path), { recursive: true });
          else await download(url(`/${path}`), join(target, path));
        }
      },
      write: (path, local) =>
        run('nfs-cp', [local, url(path)], { accept: [1, 2, 5, 10, 255], timeout: 10_000 }),
      ...asPart(() => parts.close()),
    };
  } catch (error) {
    await parts.close();
    throw error;
  }
}

function configuration(shared: string, port: number, recovery: string): string {
  return `NFS_CORE_PARAM {
  NFS_Port = ${port};
  Bind_addr = 127.0.0.1;
  Protocols = 4;
  Enable_NLM = false;
  Enable_RQUOTA = false;
  Enable_UDP = false;
}
NFSV4 { RecoveryBackend = fs; RecoveryRoot = "${recovery}"; Graceless = true; Only_Numeric_Owners = true; }
EXPORT {
  Export_Id = 1;
  Path = "${shared}";
  Pseudo = /mirror;
  Access_Type = RO;
  Squash = Root_Squash;
  SecType = sys;
  Protocols = 4;
  Transports = TCP;
  FSAL { Name = VFS; }
}
`;
}

/** `nfs-ls` prints mode, links, owner, group, size and path, as `ls -l` does without the date. */
function parseList(text: string) {
  return text.split('\n').flatMap((line) => {
    const [, mode = '', size, path] = /^(\S{10})\s+\d+\s+\d+\s+\d+\s+(\d+) (.+)$/.exec(line) ?? [];
    return path === undefined ? [] : [{ path, isFolder: mode.startsWith('d'), size: Number(size) }];
  });
}

/** Straight into the file: what is read may be anything but text. */
async function download(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const child = spawn('nfs-cat', [from], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  await pipeline(child.stdout, createWriteStream(to));
  const code = await ended;
  if (code !== 0) throw new Error(`nfs-cat ${from} ended with ${code}`);
}
