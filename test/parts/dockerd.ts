import { mkdir, writeFile } from 'node:fs/promises';
import { type RunResult, run } from '#src/host/exec.js';
import { asPart, Parts } from './cleanup.js';
import { startDaemon } from './process.js';
import { tempFolder } from './temp.js';

/** How a Docker engine is configured. */
export interface DockerdOptions {
  /** URLs of mirrors of Docker Hub. */
  readonly registryMirrors?: readonly string[];
  /** Registries that may speak plain HTTP; those on 127.0.0.0/8 may anyway. */
  readonly insecureRegistries?: readonly string[];
  /** More of `daemon.json`. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** The whole text of `daemon.json`, instead of all that. */
  readonly daemonJson?: string;
}

/** A Docker engine with its own folders and socket, beside any other on the machine. */
export interface Dockerd extends AsyncDisposable {
  /** `unix://…`, for `DOCKER_HOST`. */
  readonly host: string;
  readonly pid: number;
  /** Its `daemon.json`. */
  readonly configFile: string;
  /**
   * Runs `docker` with these arguments against this engine.
   * @throws CommandError
   */
  docker(...args: string[]): Promise<RunResult>;
  /** Pulls an image and gives the digest that the engine printed. */
  pull(name: string, ...args: string[]): Promise<string>;
  /** Pushes an image and gives the digest that the engine printed. */
  push(name: string): Promise<string>;
  /** Removes every image. */
  forgetImages(): Promise<void>;
  close(): Promise<void>;
}

/** The programs it needs. */
export const DOCKERD_PROGRAMS = ['dockerd', 'docker', 'containerd'] as const;

/** Starts an engine without a network bridge, which pulls and pushes need none of. */
export async function startDockerd(options: DockerdOptions = {}): Promise<Dockerd> {
  const parts = new Parts();
  try {
    const folder = parts.add(await tempFolder('dm-docker'));
    const host = `unix://${folder.file('docker.sock')}`;
    const configFile = folder.file('daemon.json');
    await mkdir(folder.file('client'));
    await writeFile(configFile, options.daemonJson ?? JSON.stringify(daemonJson(options)));
    const docker = (...args: string[]) =>
      run('docker', ['--config', folder.file('client'), '--host', host, ...args], { timeout: 60_000 });
    const daemon = parts.add(
      await startDaemon({
        name: 'dockerd',
        program: 'dockerd',
        args: [
          ...['--config-file', configFile, '--host', host, '--pidfile', folder.file('pid')],
          ...['--data-root', folder.file('data'), '--exec-root', folder.file('exec')],
          ...['--bridge', 'none', '--iptables=false', '--ip6tables=false'],
        ],
        env: environment(folder.path),
        ready: () =>
          docker('version').then(
            () => true,
            () => false,
          ),
        readyWithin: 40_000,
      }),
    );
    return {
      host,
      pid: daemon.pid,
      configFile,
      docker,
      pull: async (name, ...args) => {
        const { stdout } = await docker('pull', ...args, name);
        return digestIn(stdout);
      },
      push: async (name) => digestIn((await docker('push', name)).stdout),
      forgetImages: async () => {
        const ids = (await docker('image', 'ls', '--all', '--quiet', '--no-trunc')).stdout.split('\n');
        const unique = [...new Set(ids)].filter((id) => id !== '');
        if (unique.length > 0) await docker('image', 'rm', '--force', ...unique);
      },
      ...asPart(() => parts.close()),
    };
  } catch (error) {
    await parts.close();
    throw error;
  }
}

function daemonJson(options: DockerdOptions): unknown {
  return {
    'registry-mirrors': options.registryMirrors ?? [],
    'insecure-registries': options.insecureRegistries ?? [],
    'log-level': 'warn',
    ...options.extra,
  };
}

/** No proxy settings of the caller's, and the folders of administrators' programs. */
function environment(home: string): Record<string, string> {
  return { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, HOME: home };
}

/** Docker prints `Digest: sha256:…` after a pull and `TAG: digest: sha256:… size: N` after a push. */
function digestIn(output: string): string {
  const digest = /digest: (sha256:[a-f0-9]{64})/i.exec(output)?.[1];
  if (digest === undefined) throw new Error(`docker printed no digest:\n${output}`);
  return digest;
}
