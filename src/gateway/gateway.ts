import type { RequestListener } from 'node:http';
import { totalmem } from 'node:os';
import type { Logger } from '../host/log.js';
import { OciError } from '../oci/error-code.js';
import type { Pins } from '../oci/pins.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { Store } from '../store/port.js';
import type { Upstream } from '../upstream/port.js';
import { logWhenOver } from './access-log.js';
import { answerError } from './answer-error.js';
import type { Authenticator } from './authentication.js';
import { Bandwidth } from './bandwidth.js';
import { BufferPool } from './buffer-pool.js';
import type { Context } from './context.js';
import { dispatch } from './dispatch.js';
import { createExchange, type Exchange } from './exchange.js';
import { HotBlobs } from './hot-blobs.js';
import { Keeping } from './keeping.js';
import { ManifestCache } from './manifest-cache.js';
import type { AliasLookup } from './naming.js';
import { Probes } from './probes.js';
import { PATIENCE, type Patience } from './resuming-body.js';
import { parseRoute } from './route.js';
import type { SetupScript } from './setup-script.js';
import { SingleFlight } from './single-flight.js';
import { StoreAlarm } from './store-alarm.js';
import { Transfers } from './transfers.js';
import { VerifiedBlobs } from './verified-blobs.js';

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly config: EngineConfig;
  readonly store: Store;
  /** By host; the one that `config` marks as the default keeps its own names. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly authenticator: Authenticator;
  readonly alias: AliasLookup;
  /** The tags that the list of images holds; none when absent. */
  readonly pins?: Pins;
  readonly logger: Logger;
  /** Makes what `/setup.sh` answers; nothing is there when absent. */
  readonly setupScript?: SetupScript;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** With upstreams that break off; about 25 seconds when absent. */
  readonly patience?: Patience;
  /** How long what is fetched in the background goes on after its last reader left, milliseconds; 1,000 when absent. */
  readonly lingerFor?: number;
  /** How long a client waits for a tag's confirmation when a copy is here, milliseconds; 3,000 when absent. */
  readonly confirmWithin?: number;
}

const CONFIRM_WITHIN = 3000;

/** Part of the machine's memory that recently read blobs are counted on to be in. */
const HOT_SHARE = 1 / 8;

/** The registry's HTTP face: the OCI distribution API 1.1 over the store and the upstreams. */
export interface Gateway {
  readonly handle: RequestListener;
  /** Ends the transfers under way, keeping what has arrived for the next start, and finishes what is being written. */
  close(): Promise<void>;
}

/** Wires the gateway. Opens nothing by itself. */
export function createGateway(options: GatewayOptions): Gateway {
  const context = createContext(options);
  return {
    handle: (request, response) => {
      const exchange = createExchange(request, response);
      if (options.config.log.accessLog) logWhenOver(options.logger, exchange);
      serve(context, exchange).catch((error: unknown) => answerError(options.logger, exchange, error));
    },
    close: async () => {
      await context.transfers.close(new OciError('UNAVAILABLE', 'the mirror is stopping'));
      await context.keeping.settled();
    },
  };
}

function createContext(options: GatewayOptions): Context {
  const { config, store, logger, upstreams, alias, authenticator } = options;
  const { now = Date.now, patience = PATIENCE, confirmWithin = CONFIRM_WITHIN } = options;
  const alarm = new StoreAlarm(logger);
  const verified = new VerifiedBlobs(now);
  const main = config.upstreams.find(({ isDefault }) => isDefault);
  const limit = config.mirror.background?.bandwidth;
  const background = limit === undefined ? undefined : new Bandwidth(limit);
  const transfers = new Transfers({
    store,
    patience,
    background,
    lingerFor: options.lingerFor,
    onStoreFailure: (error) => alarm.raise(error),
    onPublished: async (digest) => {
      alarm.clear();
      const handle = await store.blobs.open(digest);
      if (handle === undefined) return;
      verified.add(digest, handle.identity);
      await handle.close();
    },
  });
  return {
    config,
    store,
    logger,
    authenticator,
    alarm,
    verified,
    hot: new HotBlobs(totalmem() * HOT_SHARE, now),
    transfers,
    background,
    keeping: new Keeping((error) => alarm.raise(error)),
    patience,
    confirmWithin,
    now,
    pins: options.pins ?? (() => false),
    naming: { defaultUpstream: main && upstreams.get(main.host), upstreams, alias },
    manifests: new ManifestCache(now),
    pool: new BufferPool(),
    asking: new SingleFlight(),
    probes: new Probes(),
    setupScript: options.setupScript,
  };
}

async function serve(context: Context, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
  for (const [name, values] of Object.entries(context.config.http.headers)) response.setHeader(name, values);
  const route = parseRoute(exchange.path);
  if (route === undefined) {
    throw new OciError('UNSUPPORTED', 'there is nothing here', {
      status: 404,
      hint: 'the API is under /v2/',
    });
  }
  exchange.user = await context.authenticator.authenticate(exchange.request.headers.authorization);
  await dispatch(context, exchange, route);
}
