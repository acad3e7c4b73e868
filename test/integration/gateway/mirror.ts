import type { Authenticator } from '#src/gateway/authentication.js';
import { createAuthenticator } from '#src/gateway/authentication.js';
import { createGateway, type GatewayOptions } from '#src/gateway/gateway.js';
import { type Listeners, openListeners } from '#src/gateway/listeners.js';
import { jsonLogger } from '#src/host/log.js';
import type { EngineConfig } from '#src/settings/engine-config.js';
import { createDistributionStore } from '#src/store/distribution.js';
import type { Store } from '#src/store/port.js';
import type { Limits } from '#src/upstream/limits.js';
import type { Upstream } from '#src/upstream/port.js';
import { createUpstream } from '#src/upstream/upstream.js';
import type { Part } from '../../parts/cleanup.js';
import { type Answer, request, type TestRequest } from '../../parts/http.js';
import { tempFolder } from '../../parts/temp.js';
import { type TestUpstream, testEngineConfig } from './engine-config.js';

/** How a mirror is started. */
export interface TestMirrorOptions {
  readonly upstreams?: readonly TestUpstream[];
  /** Without a default upstream this is a plain registry for what names no host. */
  readonly noDefault?: boolean;
  readonly mirror?: Partial<EngineConfig['mirror']>;
  readonly storage?: Partial<EngineConfig['storage']>;
  readonly http?: Partial<EngineConfig['http']>;
  readonly limits?: Partial<Limits>;
  readonly gateway?: Partial<
    Pick<GatewayOptions, 'patience' | 'confirmWithin' | 'lingerFor' | 'alias' | 'pins' | 'setupScript'>
  >;
  readonly authenticator?: Authenticator;
  /** Has the store do something in another way. */
  readonly change?: (store: Store) => Store;
  /** The store's folder, which stays; one of its own when absent. */
  readonly root?: string;
}

/** A whole gateway in this process: real sockets, a real folder, a real client of its upstreams. */
export interface TestMirror extends Part {
  readonly url: string;
  readonly root: string;
  readonly store: Store;
  /** Everything logged, one JSON document a line. */
  readonly log: string[];
  /** The clock of gateway and store. */
  readonly clock: { now: number };
  /** Sends a request and reads the whole answer. */
  send(path: string, options?: TestRequest): Promise<Answer>;
  /** Stops, giving answers under way so many milliseconds, and begins anew on the same folder. */
  restart(graceMs?: number): Promise<void>;
  /** Stops; the folder stays. */
  stop(graceMs?: number): Promise<void>;
}

/** Starts a mirror. Closing it removes its folder. */
export async function startMirror(options: TestMirrorOptions = {}): Promise<TestMirror> {
  const folder = options.root === undefined ? await tempFolder('gateway') : undefined;
  const root = options.root ?? folder?.path ?? '';
  const log: string[] = [];
  const clock = { now: Date.now() };
  let running = await open(options, root, log, clock);
  let stopped = false;
  async function stop(graceMs = 0): Promise<void> {
    if (stopped) return;
    stopped = true;
    await running.stop(graceMs);
  }
  async function close(): Promise<void> {
    await stop();
    await folder?.close();
  }
  return {
    root,
    log,
    clock,
    get url() {
      return running.url;
    },
    get store() {
      return running.store;
    },
    send: (path, sent) => request(`${running.url}${path}`, sent),
    restart: async (graceMs) => {
      await stop(graceMs);
      running = await open(options, root, log, clock);
      stopped = false;
    },
    stop,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Running {
  readonly url: string;
  readonly store: Store;
  stop(graceMs: number): Promise<void>;
}

/** As `src/cli/start-engine.ts` wires it. */
async function open(
  options: TestMirrorOptions,
  root: string,
  log: string[],
  clock: { now: number },
): Promise<Running> {
  const now = () => clock.now;
  const logger = jsonLogger({ level: 'debug', fields: {} }, { write: (line) => log.push(line) });
  const config = testEngineConfig({ ...options, root, log: 'debug', upstreams: options.upstreams ?? [] });
  const { change = (same) => same } = options;
  const store = change(createDistributionStore({ rootDirectory: root, now }));
  const upstreams = new Map<string, Upstream>();
  for (const upstream of config.upstreams) {
    // Failures are what many of these tests are about; the circuit opens only where a test wants it to.
    const limits = { backoff: 5, failures: 1000, ...options.limits };
    const credentials = { file: undefined, find: async () => undefined };
    upstreams.set(upstream.host, createUpstream(upstream, { logger, limits, env: {}, credentials }));
  }
  const authenticator =
    options.authenticator ?? (await createAuthenticator(undefined, { onProblem: () => undefined }));
  const gateway = createGateway({
    alias: () => undefined,
    patience: { attempts: 4, pause: 5 },
    ...options.gateway,
    config,
    store,
    upstreams,
    authenticator,
    logger,
    now,
  });
  const listeners: Listeners = await openListeners(config.http, gateway.handle, {
    onProblem: (error) => logger.error({ err: error }, 'listener'),
  });
  return {
    url: `http://127.0.0.1:${listeners.addresses[0]?.port}`,
    store,
    stop: async (graceMs) => {
      await listeners.close(graceMs);
      await gateway.close();
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
      await store.close();
    },
  };
}
