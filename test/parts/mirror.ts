import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { asPart, Parts } from './cleanup.js';
import { answers, type TestRequest } from './http.js';
import { reservePort } from './ports.js';
import { type Daemon, type ProcessEnd, startDaemon } from './process.js';
import { tempFolder } from './temp.js';

/** How the mirror is configured; what is absent has the product's own default, except where noted. */
export interface MirrorOptions {
  /** The first one named `docker.io` is the default upstream. */
  readonly upstreams?: readonly MirrorUpstream[];
  readonly push?: 'none' | 'loopback' | 'authenticated';
  readonly deleteEnabled?: boolean;
  /** Such as `60s`; `0s` when absent, so that tests see every change of a tag at once. */
  readonly revalidate?: string;
  readonly offline?: boolean;
  readonly readOnly?: boolean;
  /** Path of an htpasswd file. */
  readonly htpasswd?: string;
  readonly tls?: {
    readonly certificate: string;
    readonly key: string;
    readonly ca: string;
    readonly clientCAs?: readonly string[];
    /** What the test itself shows when it asks whether the mirror is ready. */
    readonly client?: { readonly cert: string; readonly key: string };
  };
  /** Path of an auth.json. */
  readonly credentials?: string;
  /** Path of a list of images. */
  readonly images?: string;
  /** The folder of the data; one of its own, removed at the end, when absent. */
  readonly rootDirectory?: string;
  readonly port?: number;
  /** Whether the folder of the data is on a read-only file system for it; that needs root. */
  readonly readOnlyDisk?: boolean;
  /** Hosts on which it listens besides 127.0.0.1, on the same port. */
  readonly alsoOn?: readonly string[];
  /** More of `config.yml`, top-level keys that replace ours. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Added to the environment of the process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** An upstream as `config.yml` has it. */
export interface MirrorUpstream {
  readonly host: string;
  readonly endpoint?: string;
  readonly ca?: string;
}

/** A line of the mirror's log. Request lines have `msg: "request"` and fields as `method`, `status`, `result`. */
export type LogLine = Readonly<Record<string, unknown>>;

/** The product, running as users run it: `docker-mirror serve CONFIG`. */
export interface Mirror extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** `127.0.0.1:PORT`, as image names have it. */
  readonly address: string;
  readonly config: string;
  readonly rootDirectory: string;
  /** Process id; undefined while it is not running. */
  readonly pid: number | undefined;
  /** All it logged since the first start, oldest first. */
  readonly log: readonly LogLine[];
  /** What it wrote to standard output that was not JSON; it should write nothing of the kind. */
  readonly stray: readonly string[];
  /** The log's lines about finished requests. */
  readonly requests: readonly LogLine[];
  tail(): string;
  start(): Promise<void>;
  stop(): Promise<ProcessEnd | undefined>;
  /** `kill -9`. */
  kill(): Promise<ProcessEnd | undefined>;
  /** Stops it, unless it is down, and starts it again on the same folder and port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Where the built product's entry is. */
export const MAIN = fileURLToPath(import.meta.resolve('#src/bundle/main.cjs'));

/** Writes a config.yml and starts the mirror with it. */
export async function startMirror(options: MirrorOptions = {}): Promise<Mirror> {
  const parts = new Parts();
  const folder = parts.add(await tempFolder('dm-mirror'));
  const rootDirectory = options.rootDirectory ?? folder.file('data');
  const port = options.port ?? (await reservePort());
  const config = folder.file('config.yml');
  const url = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  await mkdir(rootDirectory, { recursive: true });
  await writeFile(config, stringify(configuration(options, rootDirectory, port)));
  const log: LogLine[] = [];
  const requests: LogLine[] = [];
  const stray: string[] = [];
  let daemon: Daemon | undefined;

  async function start(): Promise<void> {
    if (daemon?.running === true) return;
    daemon = await startDaemon({
      name: 'docker-mirror',
      ...(options.readOnlyDisk === true
        ? {
            program: 'unshare',
            args: [...onReadOnlyDisk(rootDirectory), process.execPath, MAIN, 'serve', config],
          }
        : { program: process.execPath, args: [MAIN, 'serve', config] }),
      // Nothing of the caller's environment may override the file (`REGISTRY_…`) or send requests through a proxy.
      env: { PATH: process.env['PATH'] ?? '', HOME: folder.path, ...options.env },
      ready: () => answers(`${url}/v2/`, trustOf(options)),
      onLine: (line) => keepLine(line, { log, requests, stray }),
    });
  }
  const { close } = asPart(async () => {
    await daemon?.stop();
    await parts.close();
  });
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    port,
    address: `127.0.0.1:${port}`,
    config,
    rootDirectory,
    get pid() {
      return daemon?.running === true ? daemon.pid : undefined;
    },
    log,
    stray,
    requests,
    tail: () => daemon?.tail() ?? '',
    start,
    stop: async () => daemon?.stop(),
    kill: async () => daemon?.kill(),
    restart: async () => {
      await daemon?.stop();
      await start();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Arguments of `unshare` that run a program for which a folder is a read-only mount. */
function onReadOnlyDisk(folder: string): string[] {
  const script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"';
  return ['--mount', 'sh', '-c', script, 'sh', folder];
}

function trustOf({ tls }: MirrorOptions): TestRequest {
  if (tls === undefined) return {};
  return { ca: tls.ca, ...(tls.client === undefined ? {} : { client: tls.client }) };
}

function keepLine(line: string, to: { log: LogLine[]; requests: LogLine[]; stray: string[] }): void {
  const parsed = parseLine(line);
  if (parsed === undefined) to.stray.push(line);
  else to.log.push(parsed);
  if (parsed?.['msg'] === 'request') to.requests.push(parsed);
}

function parseLine(line: string): LogLine | undefined {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}

/** `config.yml`, Distribution's version 0.1 and our `mirror` section. */
function configuration(options: MirrorOptions, rootdirectory: string, port: number): unknown {
  const { tls, htpasswd, upstreams = [], push, offline, credentials, images } = options;
  return {
    version: 0.1,
    log: { level: 'info', formatter: 'json' },
    storage: {
      filesystem: { rootdirectory },
      delete: { enabled: options.deleteEnabled ?? false },
      ...(options.readOnly === true ? { maintenance: { readonly: { enabled: true } } } : {}),
    },
    http: {
      addr: `127.0.0.1:${port}`,
      secret: 'the same after a restart',
      ...(tls && {
        tls: {
          certificate: tls.certificate,
          key: tls.key,
          ...(tls.clientCAs && { clientcas: tls.clientCAs }),
        },
      }),
    },
    ...(htpasswd && { auth: { htpasswd: { realm: 'mirror', path: htpasswd } } }),
    mirror: {
      upstreams,
      revalidate: options.revalidate ?? '0s',
      ...(options.alsoOn && { listen: options.alsoOn.map((host) => `${host}:${port}`) }),
      ...(push && { push }),
      ...(offline !== undefined && { offline }),
      ...(credentials && { credentials }),
      ...(images && { images }),
    },
    ...options.extra,
  };
}
