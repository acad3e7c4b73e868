import { createAuthenticator } from '../gateway/authentication.js';
import { createGateway } from '../gateway/gateway.js';
import { type Listeners, openListeners } from '../gateway/listeners.js';
import type { Logger } from '../host/log.js';
import type { EngineConfig } from '../settings/engine-config.js';
import { createDistributionStore } from '../store/distribution.js';

/** The engine, running. */
export interface Engine {
  readonly listeners: Listeners;
  /** Ends it: no new connections, answers under way may finish within so many milliseconds. */
  close(graceMs: number): Promise<void>;
}
