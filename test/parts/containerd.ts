import { mkdir, writeFile } from 'node:fs/promises';
import { type RunResult, run } from '#src/host/exec.js';
import { asPart, Parts } from './cleanup.js';
import { startDaemon } from './process.js';
import { tempFolder } from './temp.js';

/** A containerd with its own folders and socket. */
export interface Containerd extends AsyncDisposable {
  readonly pid: number;
  /**
   * Runs `ctr` with these arguments against it.
   * @throws CommandError
   */
  ctr(...args: string[]): Promise<RunResult>;
  /** Pulls an image, with its host's mirrors as given to `setMirror`. */
  pull(reference: string, ...args: string[]): Promise<void>;
  /** The digest an image's name has here; undefined when it is not here. */
  digestOf(reference: string): Promise<string | undefined>;
  /** Digests of all content that is here. */
  content(): Promise<string[]>;
  /** Removes every image and waits until its content is gone. */
  forgetImages(): Promise<void>;
  /** Writes `certs.d/HOST/hosts.toml`: HOST's images come from the mirror at `url` and from nowhere else. */
  setMirror(host: string, url: string): Promise<void>;
  close(): Promise<void>;
}

/** The programs it needs. */
export const CONTAINERD_PROGRAMS = ['containerd', 'ctr'] as const;

/** Starts a containerd without the CRI plugin. */
export async function startContainerd(): Promise<Containerd> {
  const parts = new Parts();
  try {
    const folder = parts.add(await tempFolder('dm-ctrd'));
    const socket = folder.file('c.sock');
    const hosts = folder.file('certs.d');
    const configFile = folder.file('config.toml');
    await mkdir(hosts);
    await writeFile(configFile, configToml(folder.path, socket));
    const ctr = (...args: string[]) =>
      run('ctr', ['--address', socket, '--namespace', 'test', ...args], { timeout: 60_000 });
    const daemon = parts.add(
      await startDaemon({
        name: 'containerd',
        program: 'containerd',
        args: ['--config', configFile],
        env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, HOME: folder.path },
        ready: () =>
          ctr('version').then(
            () => true,
            () => false,
          ),
      }),
    );
    return {
      pid: daemon.pid,
      ctr,
      pull: async (reference, ...args) => {
        await ctr('image', 'pull', '--hosts-dir', hosts, ...args, reference);
      },
      digestOf: async (reference) => {
        const { stdout } = await ctr('image', 'ls', `name==${reference}`);
        return /sha256:[a-f0-9]{64}/.exec(stdout)?.[0];
      },
      content: async () => (await ctr('content', 'ls', '--quiet')).stdout.split('\n').filter(Boolean),
      forgetImages: async () => {
        const names = (await ctr('image', 'ls', '--quiet')).stdout.split('\n').filter(Boolean);
        if (names.length > 0) await ctr('image', 'rm', '--sync', ...names);
      },
      setMirror: async (host, url) => {
        await mkdir(`${hosts}/${host}`, { recursive: true });
        await writeFile(`${hosts}/${host}/hosts.toml`, hostsToml(url));
      },
      ...asPart(() => parts.close()),
    };
  } catch (error) {
    await parts.close();
    throw error;
  }
}

function configToml(folder: string, socket: string): string {
  return `version = 2
root = "${folder}/root"
state = "${folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

[grpc]
  address = "${socket}"

[debug]
  level = "warn"
`;
}

/** The fallback is a port that nothing listens on, so that an image can only come from the mirror. */
function hostsToml(mirror: string): string {
  return `server = "http://127.0.0.1:9"

[host."${mirror}"]
  capabilities = ["pull", "resolve"]
`;
}
