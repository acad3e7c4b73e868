import { readFile } from 'node:fs/promises';
import { type RunResult, run } from '#src/host/exec.js';
import { asPart, Parts } from './cleanup.js';
import { type RegistriesOptions, writeRegistriesConf } from './registries-conf.js';
import { tempFolder } from './temp.js';

/** podman with its own storage; there is no daemon. */
export interface Podman extends AsyncDisposable {
  /**
   * Runs podman with these arguments on its own storage.
   * @throws CommandError
   */
  podman(...args: string[]): Promise<RunResult>;
  /** Pulls an image and gives its id. */
  pull(name: string, ...args: string[]): Promise<string>;
  /** Pushes an image and gives the digest of the manifest that was written. */
  push(name: string, ...args: string[]): Promise<string>;
  /** Removes every image. */
  forgetImages(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a podman with its own storage and registries.conf. */
export async function startPodman(options: RegistriesOptions = {}): Promise<Podman> {
  const parts = new Parts();
  const folder = parts.add(await tempFolder('dm-podman'));
  const env = await writeRegistriesConf(folder, options);
  const own = [
    ...['--root', folder.file('root'), '--runroot', folder.file('runroot'), '--tmpdir', folder.file('tmp')],
    ...['--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs', '--events-backend', 'none'],
  ];
  const podman = (...args: string[]) => run('podman', [...own, ...args], { env, timeout: 60_000 });
  return {
    podman,
    pull: async (name, ...args) => (await podman('pull', '--quiet', ...args, name)).stdout.trim(),
    push: async (name, ...args) => {
      const digestFile = folder.file('pushed-digest');
      await podman('push', '--quiet', '--tls-verify=false', '--digestfile', digestFile, ...args, name);
      return (await readFile(digestFile, 'utf8')).trim();
    },
    forgetImages: async () => {
      await podman('image', 'rm', '--all', '--force');
    },
    ...asPart(() => parts.close()),
  };
}
