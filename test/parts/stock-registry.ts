import { mkdir, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { asPart, Parts } from './cleanup.js';
import { answers } from './http.js';
import { reservePort } from './ports.js';
import { type Daemon, type ProcessEnd, startDaemon } from './process.js';
import { tempFolder } from './temp.js';
import type { TokenServer } from './token-server.js';

/** How the stock registry is configured. */
export interface StockRegistryOptions {
  /** Asks for this server's tokens. */
  readonly tokens?: TokenServer;
  /** A pull-through cache of the registry at this URL. */
  readonly proxyOf?: string;
  /** The folder of the data; one of its own, removed at the end, when absent. */
  readonly rootDirectory?: string;
  /** Whether deletes are allowed; false when absent. */
  readonly deleteEnabled?: boolean;
  /** A free one when absent. */
  readonly port?: number;
}

/** The Debian package's registry, Distribution 2.8. */
export interface StockRegistry extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** `127.0.0.1:PORT`, as image names have it. */
  readonly address: string;
  readonly rootDirectory: string;
  /** Process id; undefined while it is stopped. */
  readonly pid: number | undefined;
  /** Starts it again after `stop` or `kill`, on the same port and folder. */
  start(): Promise<void>;
  /** Makes it a dead upstream: nothing listens any more. */
  stop(): Promise<ProcessEnd | undefined>;
  /** `kill -9`. */
  kill(): Promise<ProcessEnd | undefined>;
  close(): Promise<void>;
}

/** Starts the stock registry. */
export async function startStockRegistry(options: StockRegistryOptions = {}): Promise<StockRegistry> {
  const parts = new Parts();
  const folder = parts.add(await tempFolder('dm-stock'));
  const rootDirectory = options.rootDirectory ?? folder.file('data');
  const port = options.port ?? (await reservePort());
  const config = folder.file('config.yml');
  const url = `http://127.0.0.1:${port}`;
  await mkdir(rootDirectory, { recursive: true });
  await writeFile(config, stringify(configuration(options, rootDirectory, port)));
  let daemon: Daemon | undefined;
  async function start(): Promise<void> {
    daemon = await startDaemon({
      name: 'docker-registry',
      program: 'docker-registry',
      args: ['serve', config],
      // Its environment could override the file (`REGISTRY_…`) or send it through a proxy.
      env: { PATH: process.env['PATH'] ?? '', OTEL_TRACES_EXPORTER: 'none' },
      ready: () => answers(`${url}/v2/`),
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
    rootDirectory,
    get pid() {
      return daemon?.running === true ? daemon.pid : undefined;
    },
    start,
    stop: async () => daemon?.stop(),
    kill: async () => daemon?.kill(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function configuration(options: StockRegistryOptions, rootdirectory: string, port: number): unknown {
  const { tokens, proxyOf, deleteEnabled = false } = options;
  const storage = {
    filesystem: { rootdirectory },
    delete: { enabled: deleteEnabled },
    maintenance: { uploadpurging: { enabled: false } },
  };
  const auth = tokens && {
    token: {
      realm: tokens.realm,
      service: tokens.service,
      issuer: tokens.issuer,
      rootcertbundle: tokens.certificate,
    },
  };
  return {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage,
    http: { addr: `127.0.0.1:${port}`, secret: 'the same after a restart' },
    ...(auth === undefined ? {} : { auth }),
    ...(proxyOf === undefined ? {} : { proxy: { remoteurl: proxyOf } }),
  };
}
