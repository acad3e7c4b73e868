import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createDebugPage } from '../admin/debug-page.js';
import { isMissing } from '../errors.js';
import { createAuthenticator } from '../gateway/authentication.js';
import { createGateway } from '../gateway/gateway.js';
import { type Listeners, openListeners } from '../gateway/listeners.js';
import { addressesOf } from '../host/address.js';
import type { Logger } from '../host/log.js';
import { addressMismatch } from '../host/systemd/activation.js';
import { watchList } from '../images/list-watcher.js';
import { layoutOf } from '../render/layout.js';
import type { EngineConfig } from '../settings/engine-config.js';
import { createDistributionStore } from '../store/distribution.js';
import type { Store } from '../store/port.js';
import { startPurging } from '../upkeep/purge.js';
import { createSelfCheck } from '../upkeep/self-check.js';
import { watchStorage } from '../upkeep/storage-health.js';
import { startUpstreamReport } from '../upkeep/upstream-report.js';

import { createCredentialSource } from '../upstream/credential-source.js';

import type { Upstream } from '../upstream/port.js';
import { createUpstream } from '../upstream/upstream.js';

/** The engine, running. */
export interface Engine {
  readonly listeners: Listeners;
  /** Looks at itself. Rejects when it is not well. */
  readonly check: (signal: AbortSignal) => Promise<void>;
  /**
   * Ends it: no new connections; answers under way may finish within so many milliseconds; what has arrived of a
   * transfer stays for the next start.
   */
  close(graceMs: number): Promise<void>;
}

/** What an engine is started with. */
export interface EngineOptions {
  readonly config: EngineConfig;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sockets that listen already, by their file descriptors. */
  readonly descriptors?: readonly number[];
}

/**
 * The composition root: wires store, upstreams, gateway and upkeep, and listens.
 * @throws MirrorError when it cannot listen or a file that the configuration names cannot be used
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { config, logger, env } = options;
  const endings: (() => unknown)[] = [];
  try {
    const store = createDistributionStore({ rootDirectory: config.storage.rootDirectory });
    endings.push(() => store.close());
    const upstreams = openUpstreams(config, logger, env);
    endings.push(() => Promise.all([...upstreams.values()].map((upstream) => upstream.close())));
    const list = await watchList(config.mirror.images, logger);
    endings.push(() => list.close());
    const onProblem = (error: Error) => logger.error({ err: error }, 'a file of the configuration is wrong');
    const authenticator = await createAuthenticator(config.htpasswd, { onProblem });
    endings.push(() => authenticator.close());
    const { alias, pin: pins } = list;
    const made = { config, store, upstreams, authenticator, alias, pins, logger, setupScript };
    const gateway = createGateway(made);
    endings.push(() => gateway.close());
    endings.push(startUpkeep(config, store, logger));
    await openDebug(config, store, logger, endings);
    const listenerOptions = {
      onProblem,
      ...(options.descriptors === undefined ? {} : { descriptors: options.descriptors }),
    };
    const listeners = await openListeners(config.http, gateway.handle, listenerOptions);
    if (!config.mirror.offline) prepareUpstreams(upstreams, logger);
    const report = await reportFile(config);
    if (report !== undefined) {
      const all = [...upstreams.values()];
      endings.push(startUpstreamReport({ file: report, upstreams: all, logger, pid: process.pid }));
    }
    tellMismatch(config, listeners, options);
    const check = createSelfCheck(
      {
        store,
        addresses: listeners.addresses.map(({ address, port }) => ({ host: address, port })),
        tls: listeners.secure,
        clientCertificate: (config.http.tls?.clientCAs.length ?? 0) > 0,
      },
      logger,
    );
    return {
      listeners,
      check,
      close: async (graceMs) => {
        endings.push(() => listeners.close(graceMs));
        await runBackwards(endings);
      },
    };
  } catch (error) {
    await runBackwards(endings).catch((failure: unknown) =>
      logger.error({ err: failure }, 'something could not be let go of'),
    );
    throw error;
  }
}

/** Sockets that were opened by systemd count, whatever the configuration says; where it says otherwise, that is to be known. */
function tellMismatch({ http }: EngineConfig, { addresses }: Listeners, options: EngineOptions): void {
  if (options.descriptors === undefined) return;
  const wanted = [http.listen, ...(http.alsoListen ?? [])].flatMap(addressesOf);
  const difference = addressMismatch(wanted, addresses);
  if (difference === undefined) return;
  options.logger.warn({ difference }, 'the sockets of systemd are used, and not what the configuration says');
}

/** In the folder of a mirror that was set up; one that only has a configuration has no such folder, and nobody who would look. */
async function reportFile({ storage }: EngineConfig): Promise<string | undefined> {
  const layout = layoutOf(dirname(storage.rootDirectory));
  const isMirror = layout.registry === storage.rootDirectory && (await isFolder(layout.run));
  return isMirror ? layout.upstreams : undefined;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The upstreams by host; none when everything is to be served from the store. */
function openUpstreams(
  config: EngineConfig,
  logger: Logger,
  env: EngineOptions['env'],
): ReadonlyMap<string, Upstream> {
  const credentials = createCredentialSource(config.mirror.credentials, { logger });
  return new Map(
    config.upstreams.map((upstream) => [
      upstream.host,
      createUpstream(upstream, { credentials, logger, env }),
    ]),
  );
}

/** After listening, which it would delay, and before the first client, who would wait for it. */
function prepareUpstreams(upstreams: ReadonlyMap<string, Upstream>, logger: Logger): void {
  for (const upstream of upstreams.values()) {
    upstream.prepare().catch((error: unknown) => logger.error({ err: error }, 'an upstream cannot be used'));
  }
}

/** Its template and the program that fills it are loaded when the first guest asks. */
async function setupScript(url: URL, upstreams: readonly string[]): Promise<string> {
  const { setupScript: render } = await import('../render/guests/setup-script.js');
  return render({ url, upstreams });
}

function startUpkeep(config: EngineConfig, store: Store, logger: Logger): () => Promise<void> {
  const { uploadPurging, readOnly } = config.storage;
  return uploadPurging.enabled && !readOnly
    ? startPurging(store, uploadPurging, logger)
    : async () => undefined;
}

/** Serves `/debug/health` on `http.debug.addr`, if that is set. */
async function openDebug(
  config: EngineConfig,
  store: Store,
  logger: Logger,
  endings: (() => unknown)[],
): Promise<void> {
  const { debug } = config.http;
  const { storage } = config.health;
  const health = storage.enabled ? watchStorage(store, storage, logger) : undefined;
  endings.push(() => health?.stop());
  if (debug === undefined) return;
  const page = createDebugPage(() => health?.problem());
  const listeners = await openListeners({ listen: debug, tls: undefined }, page, {
    onProblem: (error) => logger.error({ err: error }, 'the debug page failed'),
  });
  endings.push(() => listeners.close(0));
}

/** Ends everything, the last thing first, also when one of them fails. @throws the first failure */
async function runBackwards(endings: (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of endings.splice(0).reverse()) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
