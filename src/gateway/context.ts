import type { Logger } from '../host/log.js';
import type { Pins } from '../oci/pins.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { Store } from '../store/port.js';
import type { Authenticator } from './authentication.js';
import type { Bandwidth } from './bandwidth.js';
import type { BufferPool } from './buffer-pool.js';
import type { HotBlobs } from './hot-blobs.js';
import type { Keeping } from './keeping.js';
import type { ManifestCache } from './manifest-cache.js';
import type { Naming } from './naming.js';
import type { Probes } from './probes.js';
import type { Patience } from './resuming-body.js';
import type { SetupScript } from './setup-script.js';
import type { SingleFlight } from './single-flight.js';
import type { StoreAlarm } from './store-alarm.js';
import type { Transfers } from './transfers.js';
import type { VerifiedBlobs } from './verified-blobs.js';

/** What the handlers of all endpoints share. Made once, by `createGateway`. */
export interface Context {
  readonly config: EngineConfig;
  readonly store: Store;
  readonly naming: Naming;
  /** The tags that the list of images holds. */
  readonly pins: Pins;
  readonly authenticator: Authenticator;
  readonly logger: Logger;
  readonly transfers: Transfers;
  /** What all transfers share that nobody waits for; undefined: no limit. */
  readonly background: Bandwidth | undefined;
  readonly verified: VerifiedBlobs;
  readonly hot: HotBlobs;
  readonly manifests: ManifestCache;
  /** Manifests and tags on their way to the disk. */
  readonly keeping: Keeping;
  readonly alarm: StoreAlarm;
  readonly pool: BufferPool;
  /** Questions to upstreams under way, by what they ask. */
  readonly asking: SingleFlight<unknown>;
  /** What was asked for of probe images. */
  readonly probes: Probes;
  /** Makes the script for guests; undefined: there is none. */
  readonly setupScript: SetupScript | undefined;
  /** With upstreams that break off. */
  readonly patience: Patience;
  /** How long a client waits for a tag's confirmation when a copy is here, milliseconds; the question goes on without it. */
  readonly confirmWithin: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
